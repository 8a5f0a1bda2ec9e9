import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  type ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import { awsHost, listedName } from '../../core/dns-records/load-balancer-host.ts';
import type { LoadBalancerAnswer, LoadBalancerQuestion, LoadBalancers } from '../../ports.ts';

/** What makes the SDK clients; without credentials they are those of the function. */
export interface ElbClients {
  readonly elbClient: (
    region: string,
    credentials?: Provider<AwsCredentialIdentity>,
  ) => ElasticLoadBalancingV2Client;
  readonly classicClient: (
    region: string,
    credentials?: Provider<AwsCredentialIdentity>,
  ) => ElasticLoadBalancingClient;
  /** credentials of a role that is taken on in that Region */
  readonly assume: (roleArn: string, region: string) => Provider<AwsCredentialIdentity>;
  readonly nowMs: () => number;
}

/** A load balancer may become dualstack; its hosted zone stays. */
const FRESH_FOR_MS = 10 * 60_000;
/** Most that one page may hold. Source: AWS, ELB API references, PageSize */
const PAGE_SIZE = 400;

interface Listed {
  readonly byName: Map<string, LoadBalancerAnswer>;
  readonly readAtMs: number;
}

/**
 * Looks load balancers up in the account and Region where they are. AWS finds them by ARN or by name, not by DNS name,
 * and refuses the whole question when one is missing: so all are listed, in pages of 400, once for all questions
 * that are open, and kept for ten minutes. Classic ones are listed only when the others do not have the name.
 */
export function elbLoadBalancers(clients: ElbClients): LoadBalancers {
  const known = new Map<string, Listed>();
  const listing = new Map<string, Promise<Listed>>();

  function place(question: LoadBalancerQuestion): string {
    return `${question.roleArn ?? ''} ${question.region}`;
  }

  function listOnce(question: LoadBalancerQuestion): Promise<Listed> {
    const key = place(question);
    const under = listing.get(key);
    if (under !== undefined) return under;
    const started = list(clients, question)
      .then((byName) => {
        const listed = { byName, readAtMs: clients.nowMs() };
        known.set(key, listed);
        return listed;
      })
      .finally(() => listing.delete(key));
    listing.set(key, started);
    return started;
  }

  /** A listing that was under way for somebody else may have left out the Classic ones. */
  async function listFor(question: LoadBalancerQuestion): Promise<Listed> {
    const isShared = listing.has(place(question));
    const listed = await listOnce(question);
    const hasAll = question.hostnames.every((name) => listed.byName.has(listedName(name)));
    return isShared && !hasAll ? listOnce(question) : listed;
  }

  return {
    async lookUp(question) {
      const kept = known.get(place(question));
      const fresh = kept !== undefined && clients.nowMs() - kept.readAtMs < FRESH_FOR_MS;
      const hasAll = question.hostnames.every((name) => kept?.byName.has(listedName(name)));
      try {
        const { byName } = fresh && hasAll ? kept : await listFor(question);
        return answers(question, (name) => byName.get(name) ?? missing(question, name));
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        const message = refusal(question, reason);
        const refused = { found: false, refused: true, message } as const;
        return answers(question, (name) => kept?.byName.get(name) ?? refused);
      }
    },
  };
}

function answers(
  { hostnames }: LoadBalancerQuestion,
  answerOf: (listed: string) => LoadBalancerAnswer,
): Map<string, LoadBalancerAnswer> {
  return new Map(hostnames.map((name) => [name, answerOf(listedName(name))]));
}

function missing({ region, roleArn }: LoadBalancerQuestion, name: string): LoadBalancerAnswer {
  const account =
    roleArn === undefined ? 'the account of the function' : `the account of ${roleArn}`;
  const message = `There is no load balancer ${name} in ${region} in ${account}; for one of another account set spec.eks.roleArn of the KubeFedCluster.`;
  return { found: false, message };
}

function refusal({ region, roleArn }: LoadBalancerQuestion, reason: string): string {
  const as = roleArn === undefined ? '' : ` as ${roleArn}`;
  return `The load balancers of ${region} could not be listed${as}: ${reason}. elasticloadbalancing:DescribeLoadBalancers must be allowed.`;
}

async function list(
  clients: ElbClients,
  { region, roleArn, hostnames }: LoadBalancerQuestion,
): Promise<Map<string, LoadBalancerAnswer>> {
  const assumed = roleArn === undefined ? undefined : clients.assume(roleArn, region);
  const byName = await listNew(clients.elbClient(region, assumed));
  const mayBeClassic = (name: string) =>
    awsHost(name)?.kind === 'application-or-classic' && !byName.has(listedName(name));
  if (!hostnames.some(mayBeClassic)) return byName;
  return new Map([...byName, ...(await listClassic(clients.classicClient(region, assumed)))]);
}

/** `dualstack-without-public-ipv4` has public addresses of IPv6 alone. Source: AWS, ELBv2 API reference, LoadBalancer */
async function listNew(client: ElasticLoadBalancingV2Client) {
  const byName = new Map<string, LoadBalancerAnswer>();
  let marker: string | undefined;
  do {
    const page = await client.send(
      new DescribeLoadBalancersCommand({ PageSize: PAGE_SIZE, ...next(marker) }),
    );
    for (const each of page.LoadBalancers ?? []) {
      const { DNSName: name, CanonicalHostedZoneId: hostedZoneId, IpAddressType: type } = each;
      if (name === undefined || hostedZoneId === undefined) continue;
      const ipv4 = type !== 'dualstack-without-public-ipv4';
      const ipv6 = type !== undefined && type !== 'ipv4';
      byName.set(listedName(name), { found: true, facts: { hostedZoneId, ipv4, ipv6 } });
    }
    marker = page.NextMarker;
  } while (marker);
  return byName;
}

/** In a VPC, Classic Load Balancers have no IPv6. Source: AWS, Classic Load Balancers user guide */
async function listClassic(client: ElasticLoadBalancingClient) {
  const byName = new Map<string, LoadBalancerAnswer>();
  let marker: string | undefined;
  do {
    const page = await client.send(
      new DescribeClassicCommand({ PageSize: PAGE_SIZE, ...next(marker) }),
    );
    for (const each of page.LoadBalancerDescriptions ?? []) {
      const { DNSName: name, CanonicalHostedZoneNameID: hostedZoneId } = each;
      if (name === undefined || hostedZoneId === undefined) continue;
      const facts = { hostedZoneId, ipv4: true, ipv6: false };
      byName.set(listedName(name), { found: true, facts });
    }
    marker = page.NextMarker;
  } while (marker);
  return byName;
}

function next(marker: string | undefined): { Marker?: string } {
  return marker === undefined ? {} : { Marker: marker };
}
