/** A federation with one ServiceDNSRecord, and load balancers in two Regions and two accounts. */
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../lib/model/dns-record.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import type { RecordChange, RecordMessage } from '../../lib/model/messages.ts';
import { DRAINED_ANNOTATION } from '../../lib/model/names.ts';
import { ENDPOINT_SLICES, KUBEFED_CLUSTERS, SERVICES } from '../../lib/model/resources.ts';
import type { LoadBalancerAnswer, LoadBalancerQuestion, LoadBalancers } from '../../lib/ports.ts';
import { dns } from '../../lib/stages/dns.ts';
import { keptQueue, SHOP, testFederation } from './federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

export const WEB = { namespace: SHOP, name: 'web' };
export const PROD = { namespace: KUBEFED_NAMESPACE, name: 'prod' };
export const LB = {
  east: 'east-1.us-east-1.elb.amazonaws.com',
  west: 'west-1.elb.eu-west-1.amazonaws.com',
};
const MANAGED = { 'kubefed.io/managed': 'true' };
const EKS: Readonly<Record<string, JsonObject>> = {
  east: { clusterName: 'east', region: 'us-east-1' },
  west: {
    clusterName: 'west',
    region: 'eu-west-1',
    roleArn: 'arn:aws:iam::222222222222:role/member',
  },
};

/** A Service, or an Ingress, with a load balancer. */
export function service(hostname: string, labels: JsonObject = MANAGED): JsonObject {
  return {
    metadata: { ...WEB, labels },
    spec: {},
    status: { loadBalancer: { ingress: [{ hostname }] } },
  };
}

export function slice(ready: boolean): JsonObject {
  return {
    metadata: {
      namespace: SHOP,
      name: 'web-x1',
      labels: { ...MANAGED, 'kubernetes.io/service-name': 'web' },
    },
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
  };
}

/** Knows every load balancer, unless it refuses. */
function memoryLoadBalancers(questions: LoadBalancerQuestion[], refusal: () => string | undefined) {
  const lookUp: LoadBalancers['lookUp'] = async (question) => {
    questions.push(question);
    const message = refusal();
    const answer: LoadBalancerAnswer =
      message === undefined
        ? { found: true, facts: { hostedZoneId: `Z${question.region}`, ipv4: true, ipv6: false } }
        : { found: false, message };
    return new Map(question.hostnames.map((name) => [name, answer]));
  };
  return { lookUp };
}

function cluster(name: string, ready: boolean): JsonObject {
  return { ...kubeFedCluster(name, { ready }), spec: { eks: EKS[name] ?? {} } };
}

export function recordFederation() {
  const federation = testFederation();
  const { host, members: _, ...rest } = federation;
  const questions: LoadBalancerQuestion[] = [];
  let refusal: string | undefined;
  const sent = keptQueue<RecordMessage>();
  const loadBalancers = memoryLoadBalancers(questions, () => refusal);
  const ports = { ...federation.ports, records: sent, loadBalancers };
  const record = (spec: JsonObject = {}): JsonObject => ({
    metadata: WEB,
    spec: { domainRef: 'prod', ...spec },
  });
  const setReady = (name: string, ready: boolean) =>
    host.seed(KUBEFED_CLUSTERS, cluster(name, ready));

  host.seed(DOMAINS, { metadata: PROD, domain: 'example.com' });
  host.seed(RECORDS.service, record());
  for (const name of ['east', 'west'] as const) {
    setReady(name, true);
    federation.member(name).seed(SERVICES, service(LB[name]));
    federation.member(name).seed(ENDPOINT_SLICES, slice(true));
  }

  let revision = 0;
  return {
    ...rest,
    host,
    ports,
    questions,
    sent,
    record,
    setReady,
    drain(name: string) {
      const metadata = { annotations: { [DRAINED_ANNOTATION]: 'true' } };
      const key = { namespace: PROD.namespace, name };
      return host.patch(KUBEFED_CLUSTERS, key, { metadata });
    },
    refuse(message: string) {
      refusal = message;
    },
    pass(attempt = 1, about: Partial<RecordChange> = {}) {
      // Every pass knows of a later change than the one before.
      const contextRevision = ++revision;
      const message = { v: 1, kind: 'service', ...WEB, seenAtMs: 0, contextRevision } as const;
      return dns(ports, [{ message: { ...message, ...about }, attempt }]);
    },
    sweep: () => dns(ports, [{ message: { v: 1, kind: 'all', seenAtMs: 7 }, attempt: 1 }]),
    status: () => valueAt(host.peek(RECORDS.service, WEB), 'status'),
    endpoint: () => host.peek(DNS_ENDPOINTS, { ...WEB, name: 'service-web' }),
  };
}

/** @returns set identifier (or `-`) and name of each record set */
export function endpointsOf(federation: ReturnType<typeof recordFederation>): string[] {
  return listAt(federation.endpoint(), 'spec', 'endpoints').map((endpoint) => {
    const zone = listAt(endpoint, 'providerSpecific').find(
      (each) => stringAt(each, 'name') === 'aws/target-hosted-zone',
    );
    const region = stringAt(zone, 'value')?.slice(1) ?? '-';
    return `${region} ${stringAt(endpoint, 'dnsName')}`;
  });
}
