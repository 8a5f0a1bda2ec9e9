import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  EKSServiceException,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { mockClient } from 'aws-sdk-client-mock';
import { onTestFinished } from 'vitest';
import {
  type MemoryCluster,
  type MemoryClusterOptions,
  memoryCluster,
} from '../../lib/adapters/memory/cluster.ts';
import { CommandError } from '../../lib/cli/command-error.ts';
import type { ContextEntry } from '../../lib/cli/connect/eks-reference.ts';
import { contextSide } from '../../lib/cli/connect/side.ts';
import type { JoinPorts } from '../../lib/cli/member/joining.ts';
import type { JoinRequest, UnjoinRequest } from '../../lib/cli/requests.ts';
import type { Terminal } from '../../lib/cli/terminal.ts';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import type { Clock } from '../../lib/ports.ts';

export const NAMESPACE = 'kube-federation-system';
export const ACCOUNT = '111122223333';
export const ARN = `arn:aws:eks:us-west-2:${ACCOUNT}:cluster/basic`;
export const ENDPOINT = 'https://CB5FB82AD8B3FA05F1305283A2D84ECE.sk1.us-west-2.eks.amazonaws.com';
export const ROLES = {
  apply: `arn:aws:iam::${ACCOUNT}:role/kubefed-apply`,
  watch: `arn:aws:iam::${ACCOUNT}:role/kubefed-watch`,
  health: `arn:aws:iam::${ACCOUNT}:role/kubefed-health`,
  plan: `arn:aws:iam::${ACCOUNT}:role/kubefed-plan`,
};

/** A terminal that remembers. */
export function fakeTerminal(): Terminal & {
  readonly lines: string[];
  readonly results: string[];
} {
  const lines: string[] = [];
  const results: string[] = [];
  return {
    verbosity: 0,
    lines,
    results,
    result: (text) => void results.push(text),
    progress: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
    status: (text) => void lines.push(text),
    failure: (error) => void lines.push(`error: ${String(error)}`),
  };
}

/** A clock in which sleeping takes no time; `onSleep` is what happens in the world meanwhile. */
export function fakeClock(onSleep: (nowMs: number) => void = () => undefined): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
      onSleep(nowMs);
    },
  };
}

function typeConfig(name: string, kind: string, scope = 'Namespaced', propagation = 'Enabled') {
  const [pluralName = '', ...group] = name.split('.');
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'FederatedTypeConfig',
    metadata: { namespace: NAMESPACE, name },
    spec: {
      targetType: { group: group.join('.'), version: 'v1', kind, pluralName, scope },
      federatedType: {
        group: 'types.kubefed.io',
        version: 'v1beta1',
        kind: `Federated${kind}`,
        pluralName: `federated${pluralName}`,
        scope: 'Namespaced',
      },
      propagation,
    },
  };
}

/** A host where the control plane is deployed. */
export function fakeHost(options: MemoryClusterOptions & { scope?: string } = {}): MemoryCluster {
  const host = memoryCluster({ name: 'host', ...options });
  const metadata = (name: string) => ({ namespace: NAMESPACE, name });
  host.seed(NAMESPACES, { metadata: { name: NAMESPACE } });
  host.seed(KUBEFED_CONFIGS, {
    metadata: metadata('kubefed'),
    spec: { scope: options.scope ?? 'Cluster' },
  });
  host.seed(CONFIG_MAPS, {
    metadata: metadata('kubefed-eks'),
    data: { roles: JSON.stringify(ROLES) },
  });
  host.seed(FEDERATED_TYPE_CONFIGS, typeConfig('configmaps', 'ConfigMap'));
  host.seed(FEDERATED_TYPE_CONFIGS, typeConfig('namespaces', 'Namespace', 'Cluster'));
  host.seed(FEDERATED_TYPE_CONFIGS, typeConfig('secrets', 'Secret', 'Namespaced', 'Disabled'));
  return host;
}

const JWT = `e30.${Buffer.from(
  JSON.stringify({ sub: `system:serviceaccount:${NAMESPACE}:onprem-host` }),
).toString('base64url')}.c2ln`;
export const TOKEN = Buffer.from(JWT).toString('base64');
export const MEMBER_CA = Buffer.from('a certificate').toString('base64');

/** A member whose token controller fills token Secrets at once. */
export function fakeMember(options: MemoryClusterOptions = {}): MemoryCluster {
  return memoryCluster({
    name: 'member',
    admit(_, object) {
      if (object['type'] === 'kubernetes.io/service-account-token') {
        object['data'] = { token: TOKEN, 'ca.crt': MEMBER_CA };
      }
      return { ok: true, value: object };
    },
    ...options,
  });
}

export interface FakeEks {
  readonly client: (region: string) => EKSClient;
  /** principal to groups */
  readonly entries: Map<string, string[]>;
  /** principals with an access policy */
  readonly policies: Set<string>;
  readonly cluster: EksCluster;
  /** names of the commands that were sent */
  readonly sent: string[];
  /** what happens in the world when a command arrives */
  onSent?: (name: string) => void;
  /** refuse a command by its name */
  readonly refusals: Map<string, Error>;
}

export function awsError(name: string, message: string, httpStatusCode = 400): EKSServiceException {
  return new EKSServiceException({
    name,
    message,
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
}

/** EKS with one cluster and its access entries. */
export function fakeEks(cluster: EksCluster = {}): FakeEks {
  const entries = new Map<string, string[]>();
  const policies = new Set<string>();
  const sent: string[] = [];
  const refusals = new Map<string, Error>();
  const described: EksCluster = {
    name: 'basic',
    arn: ARN,
    status: 'ACTIVE',
    endpoint: ENDPOINT,
    certificateAuthority: { data: 'Y2E=' },
    accessConfig: { authenticationMode: 'API' },
    ...cluster,
  };
  const fake: FakeEks = {
    client: (region) => new EKSClient({ region }),
    entries,
    policies,
    cluster: described,
    sent,
    refusals,
  };
  const mock = mockClient(EKSClient);
  // The stub sits on the class, which other test files use too.
  onTestFinished(() => mock.restore());
  const answer =
    <I, O>(name: string, run: (input: I) => O) =>
    (input: I) => {
      sent.push(name);
      fake.onSent?.(name);
      const refusal = refusals.get(name);
      if (refusal !== undefined) throw refusal;
      return run(input);
    };
  type Entry = { principalArn?: string | undefined; kubernetesGroups?: string[] | undefined };
  const existing = ({ principalArn = '' }: Entry) => {
    const groups = entries.get(principalArn);
    if (groups === undefined) throw awsError('ResourceNotFoundException', 'no such entry', 404);
    return groups;
  };
  mock
    .on(DescribeClusterCommand)
    .callsFake(answer('DescribeCluster', () => ({ cluster: described })));
  mock.on(DescribeAccessEntryCommand).callsFake(
    answer('DescribeAccessEntry', (input: Entry) => ({
      accessEntry: { principalArn: input.principalArn, kubernetesGroups: existing(input) },
    })),
  );
  mock.on(CreateAccessEntryCommand).callsFake(
    answer('CreateAccessEntry', ({ principalArn = '', kubernetesGroups = [] }: Entry) => {
      if (entries.has(principalArn)) throw awsError('ResourceInUseException', 'it is there', 409);
      entries.set(principalArn, kubernetesGroups);
      return {};
    }),
  );
  mock.on(UpdateAccessEntryCommand).callsFake(
    answer('UpdateAccessEntry', (input: Entry) => {
      existing(input);
      entries.set(input.principalArn ?? '', input.kubernetesGroups ?? []);
      return {};
    }),
  );
  mock.on(DeleteAccessEntryCommand).callsFake(
    answer('DeleteAccessEntry', (input: Entry) => {
      existing(input);
      entries.delete(input.principalArn ?? '');
      return {};
    }),
  );
  mock.on(ListAssociatedAccessPoliciesCommand).callsFake(
    answer('ListAssociatedAccessPolicies', ({ principalArn = '' }: Entry) => ({
      associatedAccessPolicies: policies.has(principalArn) ? [{ policyArn: 'some' }] : [],
    })),
  );
  return fake;
}

export interface World {
  readonly host: MemoryCluster;
  readonly member: MemoryCluster;
  readonly eks: FakeEks;
  readonly ports: JoinPorts;
  readonly terminal: ReturnType<typeof fakeTerminal>;
  readonly stop: AbortController;
  readonly openMember: () => Promise<ReturnType<typeof contextSide>>;
}

/** Host, member and EKS together. While join sleeps, the health function finds its cluster Ready. */
export function fakeWorld(
  parts: Partial<Pick<World, 'host' | 'member' | 'eks'>> & { clock?: Clock } = {},
): World {
  const host = parts.host ?? fakeHost();
  const member = parts.member ?? fakeMember();
  const eks = parts.eks ?? fakeEks();
  const terminal = fakeTerminal();
  const stop = new AbortController();
  return {
    host,
    member,
    eks,
    terminal,
    stop,
    openMember: async () => contextSide('member', member, 'member'),
    ports: {
      host: contextSide('host', host, 'host'),
      hostName: 'host',
      eksClient: eks.client,
      clock:
        parts.clock ?? fakeClock(() => setConditions(host, [{ type: 'Ready', status: 'True' }])),
      signal: stop.signal,
      terminal,
    },
  };
}

/** Sets the conditions of every KubeFedCluster. */
export function setConditions(host: MemoryCluster, conditions: JsonObject[]): void {
  for (const cluster of host.peekAll(KUBEFED_CLUSTERS)) {
    host.seed(KUBEFED_CLUSTERS, { ...cluster, status: { conditions } });
  }
}

export const EKS_TARGET = {
  kind: 'eks',
  eks: { clusterName: 'basic', region: 'us-west-2', account: ACCOUNT },
  from: ARN,
} as const;

export const ONPREM: ContextEntry = {
  name: 'onprem',
  clusterName: 'onprem',
  server: 'https://onprem.example.com:6443',
  caData: 'b25wcmVt',
  insecure: false,
};

export function joinRequest(parts: Partial<JoinRequest> = {}): JoinRequest {
  return { kubefedNamespace: NAMESPACE, dryRun: false, admin: false, wait: 120, ...parts };
}

export function unjoinRequest(name: string, parts: Partial<UnjoinRequest> = {}): UnjoinRequest {
  return { kubefedNamespace: NAMESPACE, dryRun: false, force: false, name, ...parts };
}

/** @returns kind and name of every object of a resource list, sorted */
export function namesOf(objects: readonly JsonObject[]): string[] {
  return objects.map((object) => stringAt(object, 'metadata', 'name') ?? '').sort();
}

/** @returns the CommandError that a promise fails with */
export async function failureOf(promise: Promise<unknown>): Promise<CommandError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandError) return error;
  throw new Error('no CommandError', { cause: error });
}
