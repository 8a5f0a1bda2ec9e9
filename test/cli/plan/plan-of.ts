import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { makePlan, type PlanPorts } from '../../../lib/cli/plan/make-plan.ts';
import type { PlanReport } from '../../../lib/cli/plan/plan-report.ts';
import { parseManifest } from '../../../lib/cli/plan/read-files.ts';
import { objectKey } from '../../../lib/model/resource.ts';
import type { Cluster } from '../../../lib/ports.ts';
import { SHOP, type TestFederation } from '../../stages/federation.ts';
import { KUBEFED_NAMESPACE } from '../../stages/objects.ts';

/** Plans one file, `f.yaml`, against a federation in memory. */
export function planOf(
  federation: Pick<TestFederation, 'host' | 'ports'>,
  text: string,
  ports: Partial<PlanPorts> = {},
): Promise<PlanReport> {
  return makePlan(
    {
      host: federation.host,
      members: federation.ports.members,
      loadBalancers: { lookUp: async () => new Map() },
      clock: federation.ports.clock,
      kubefedNamespace: KUBEFED_NAMESPACE,
      namespace: SHOP,
      signal: new AbortController().signal,
      ...ports,
    },
    parseManifest('f.yaml', text),
  );
}

/** @returns `kind name: cluster action, …` for every object */
export function actionsOf(report: PlanReport): string[] {
  return report.objects.map(({ kind, name, host, members }) => {
    const inMembers = members.map(({ cluster, action }) => `${cluster} ${action}`);
    return `${kind} ${name}: ${[`host ${host.action}`, ...inMembers].join(', ')}`;
  });
}

/** A cluster whose writes are made on a copy of what they concern: a dry run. */
export function dryRunOf(real: Cluster, options: Parameters<typeof memoryCluster>[0]): Cluster {
  return {
    ...real,
    create: (resource, object) => memoryCluster(options).create(resource, object),
    async replace(resource, object) {
      const copy = memoryCluster(options);
      const { name = '', namespace } = object['metadata'] as { name?: string; namespace?: string };
      const live = await real.get(resource, objectKey(namespace, name));
      if (live.ok) copy.seed(resource, live.value);
      return copy.replace(resource, object);
    },
  };
}
