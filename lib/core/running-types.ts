import type { JsonObject } from '../model/json.ts';
import type { KubeFedConfig } from '../model/kubefed-config.ts';
import { NAMESPACES_TYPE } from '../model/names.ts';
import { type FederatedType, readFederatedType } from '../model/type-config.ts';

/**
 * Reads the FederatedTypeConfigs and says which types are propagated. Without the type `namespaces` nobody can say where
 * the contents of a namespace may go: in a cluster-wide federation all namespaced types stand still then, instead of
 * being taken out of every member. A federation of one namespace propagates no cluster-scoped types. With the feature
 * gate PushReconciler disabled, nothing is propagated at all.
 *
 * @returns every readable type by name; `enabled` is false where it stands still
 * Source: KubeFed v0.10.0, start of the sync controllers by FederatedTypeConfig
 */
export function runningTypes(
  configs: readonly JsonObject[],
  { scope, gates }: Pick<KubeFedConfig, 'scope' | 'gates'>,
): ReadonlyMap<string, FederatedType> {
  const pushes = gates['PushReconciler'] !== false;
  const types = configs.map(readFederatedType).filter((type) => type !== undefined);
  const namespaces = types.find((type) => type.name === NAMESPACES_TYPE);
  const canPlace = scope === 'Namespaced' || namespaces?.enabled === true;
  return new Map(
    types.map((type) => {
      const isInScope = type.target.namespaced ? canPlace : scope === 'Cluster';
      const enabled = type.enabled && isInScope && pushes;
      return [type.name, { ...type, enabled }];
    }),
  );
}
