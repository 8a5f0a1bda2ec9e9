import { isCordoned, isDrained } from '../../core/drained.ts';
import type { JsonObject } from '../../model/json.ts';
import { CORDONED_ANNOTATION, DRAINED_ANNOTATION } from '../../model/names.ts';
import { KUBEFED_CLUSTERS } from '../../model/resources.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import { nameOf } from '../host/cluster-identity.ts';

export type MarkAction = 'cordon' | 'uncordon' | 'drain';

export interface Marked {
  /** of the KubeFedCluster */
  readonly name: string;
  /** it was cordoned (for `uncordon`: neither cordoned nor drained) before */
  readonly wasCordoned: boolean;
  readonly wasDrained: boolean;
}

const ANNOTATIONS: Readonly<Record<MarkAction, JsonObject>> = {
  cordon: { [CORDONED_ANNOTATION]: 'true' },
  drain: { [CORDONED_ANNOTATION]: 'true', [DRAINED_ANNOTATION]: 'true' },
  uncordon: { [CORDONED_ANNOTATION]: null, [DRAINED_ANNOTATION]: null },
};

/**
 * Says on a KubeFedCluster what is to become of its replicas and record sets. A cluster that says so already is not
 * written to.
 *
 * @returns how it was before
 * @throws CommandError when the host refuses
 */
export async function markCluster(
  host: Side,
  cluster: JsonObject,
  to: { readonly namespace: string; readonly action: MarkAction; readonly dryRun: boolean },
): Promise<Marked> {
  const name = nameOf(cluster);
  const before = { name, wasCordoned: isCordoned(cluster), wasDrained: isDrained(cluster) };
  if (to.dryRun || isMarked(before, to.action)) return before;
  const { namespace } = to;
  const patch = { metadata: { annotations: ANNOTATIONS[to.action] } };
  const patched = await host.cluster.patch(KUBEFED_CLUSTERS, { namespace, name }, patch);
  if (patched.ok) return before;
  throw apiFailure(host, `${to.action} KubeFedCluster ${namespace}/${name}`, patched.error);
}

/** @returns whether the cluster says already what the action would write */
export function isMarked(
  { wasCordoned, wasDrained }: Omit<Marked, 'name'>,
  action: MarkAction,
): boolean {
  if (action === 'uncordon') return !wasCordoned && !wasDrained;
  return wasCordoned && (action === 'cordon' || wasDrained);
}
