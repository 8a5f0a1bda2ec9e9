/** What must hold of replicas when the storm is over. */
import { overriddenReplicas } from '../../lib/core/spread/rewrite.ts';
import { listAt, stringAt, stringMapAt, valueAt } from '../../lib/model/json.ts';
import { CORDONED_ANNOTATION, DRAINED_ANNOTATION } from '../../lib/model/names.ts';
import { qualifiedName } from '../../lib/model/resource.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { DEPLOYMENT, KUBEFED_NAMESPACE } from '../stages/objects.ts';
import type { World } from './world.ts';

/**
 * Preferences have their total somewhere, and nothing in a drained cluster; unless their namespace leaves a cluster out:
 * what is given to that one never runs, and the others keep theirs.
 */
export function brokenReplicas(
  world: World,
  selectedByNamespace: (namespace: string) => readonly string[],
): string[] {
  return world.host.peekAll(PREFERENCES).flatMap((preference) => {
    const key = keyOfObject(preference);
    const federated = world.host.peek(DEPLOYMENT.federated, key);
    if (federated === undefined) return [];
    const candidates = [...world.members.keys()];
    if (selectedByNamespace(key.namespace ?? '').length < candidates.length) return [];
    const open = candidates.filter((name) => !isAside(world, name));
    if (open.length === 0) return [];
    const placed = listAt(federated, 'spec', 'placement', 'clusters').map(
      (entry) => stringAt(entry, 'name') ?? '',
    );
    const told = candidates
      .filter((name) => placed.includes(name))
      .map((name) => ({ name, replicas: overriddenReplicas(federated, name) ?? 0 }));
    const sum = told.reduce((total, { replicas }) => total + replicas, 0);
    const wanted = valueAt(preference, 'spec', 'totalReplicas');
    const drained = told.filter(
      ({ name, replicas }) => replicas > 0 && isAside(world, name, DRAINED_ANNOTATION),
    );
    const about = `${qualifiedName(key)} (${JSON.stringify(told)})`;
    return [
      ...(sum === wanted ? [] : [`${about} has ${sum} replicas, not ${wanted}`]),
      ...drained.map(({ name }) => `${about} has replicas in ${name}, which is drained`),
    ];
  });
}

function isAside({ host }: World, name: string, ...annotations: readonly string[]): boolean {
  const cluster = host.peek(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name });
  const found = stringMapAt(cluster, 'metadata', 'annotations');
  const asked = annotations.length > 0 ? annotations : [CORDONED_ANNOTATION, DRAINED_ANNOTATION];
  return asked.some((annotation) => found[annotation] === 'true');
}
