import type { MemoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { OpenMembers } from '../../../lib/cli/connect/open-members.ts';
import type { OpenQueues } from '../../../lib/cli/connect/open-queues.ts';
import { contextSide } from '../../../lib/cli/connect/side.ts';
import type { OverviewPorts } from '../../../lib/cli/status/read-overview.ts';
import { stringAt } from '../../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import { SHOP, testFederation } from '../../stages/federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, NAMESPACE } from '../../stages/objects.ts';

export const DEPLOYMENT = {
  stackName: 'kubefed-eks',
  region: 'us-west-2',
  queueUrls: { jobs: 'https://sqs/jobs', 'jobs-dead': 'https://sqs/jobs-dead' },
  host: { clusterName: 'cluster0', region: 'us-west-2' },
};

/** Puts on the host what `cdk deploy` tells there. */
export function seedDeployment(host: MemoryCluster, data: Record<string, string> = {}): void {
  host.seed(CONFIG_MAPS, {
    metadata: { namespace: KUBEFED_NAMESPACE, name: 'kubefed-eks' },
    data: { deployment: JSON.stringify(DEPLOYMENT), ...data },
  });
}

/** Members that are reached unless the map lacks them. */
export function fakeMembers(
  clusters: ReadonlyMap<string, MemoryCluster>,
  skews: Readonly<Record<string, number>> = {},
): OpenMembers {
  return {
    async open(kubeFedCluster) {
      const name = stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
      const cluster = clusters.get(name);
      if (cluster === undefined) return { ok: false, why: `no credentials for ${name}` };
      return { ok: true, member: { cluster, skewSeconds: () => skews[name] ?? 0 } };
    },
  };
}

export function fakeQueues(depths: Readonly<Record<string, number>> | Error): OpenQueues {
  return {
    async depths() {
      if (depths instanceof Error) throw depths;
      return new Map(
        Object.entries(depths).map(([name, waiting]) => [name, { waiting, inFlight: 0 }]),
      );
    },
    async oldest(_, names) {
      return new Map(names.map((name) => [name, 130]));
    },
  };
}

export function portsOf(
  federation: { host: MemoryCluster; clock: OverviewPorts['clock'] },
  beyond?: OverviewPorts['beyond'],
): OverviewPorts {
  const { host, clock } = federation;
  const side = contextSide('host', host, 'host');
  return { host: side, clock, ...(beyond === undefined ? {} : { beyond }) };
}

const REFUSED = { kind: 'Forbidden', message: 'admission webhook says no' } as const;

/** Two ConfigMaps in two members; west refuses one of them. */
export async function troubledFederation() {
  const federation = testFederation();
  federation.member('west').fail = ({ verb, key }) =>
    verb === 'create' && key.name === 'bad' ? REFUSED : undefined;
  const clusters = ['east', 'west'];
  await federation.settle([
    federation.change(NAMESPACE, SHOP),
    await federation.createFederated(CONFIG_MAP, { name: 'good', clusters }),
    await federation.createFederated(CONFIG_MAP, { name: 'bad', clusters }),
  ]);
  return federation;
}

export function beyond(federation: Awaited<ReturnType<typeof troubledFederation>>) {
  return {
    members: fakeMembers(federation.memberClusters),
    queues: fakeQueues({ jobs: 3, 'jobs-dead': 1 }),
  };
}
