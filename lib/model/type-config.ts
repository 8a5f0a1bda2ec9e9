import { type JsonObject, objectAt, stringAt, valueAt } from './json.ts';
import { CORE_GROUP, NAMESPACES_TYPE } from './names.ts';
import type { Resource } from './resource.ts';

/** What a FederatedTypeConfig says, with the defaults that KubeFed fills in memory. */
export interface FederatedType {
  /** name of the FederatedTypeConfig, `<plural>[.<group>]` of the target */
  readonly name: string;
  readonly target: Resource;
  readonly federated: Resource;
  readonly enabled: boolean;
  /** the FederatedTypeConfig is being deleted: its objects are to be let go */
  readonly going?: true;
  /** whether the status of targets comes back to the host; absent: it depends on the kind of the target */
  readonly statusCollection?: 'Enabled' | 'Disabled';
  /** kind of an object beside the federated one that gathers the status of the targets, e.g. FederatedServiceStatus */
  readonly statusType?: Resource;
}

export const FEDERATED_TYPE_CONFIGS: Resource = {
  group: CORE_GROUP,
  version: 'v1beta1',
  kind: 'FederatedTypeConfig',
  plural: 'federatedtypeconfigs',
  namespaced: true,
};

/**
 * Reads a FederatedTypeConfig.
 *
 * @returns undefined when it lacks what no default can fill (a kind or a version)
 * Source: KubeFed v0.10.0, defaulting of FederatedTypeConfig
 */
export function readFederatedType(config: JsonObject): FederatedType | undefined {
  const name = stringAt(config, 'metadata', 'name') ?? '';
  const [plural = '', ...group] = name.split('.');
  const target = readResource(objectAt(config, 'spec', 'targetType'), {
    plural,
    group: group.join('.'),
  });
  const federated = readResource(objectAt(config, 'spec', 'federatedType'), {});
  if (target === undefined || federated === undefined) return undefined;
  return {
    name,
    target,
    // A FederatedNamespace lies in the namespace that it federates.
    federated: { ...federated, namespaced: target.namespaced || name === NAMESPACES_TYPE },
    enabled: valueAt(config, 'spec', 'propagation') === 'Enabled',
    ...(valueAt(config, 'metadata', 'deletionTimestamp') === undefined
      ? {}
      : { going: true as const }),
    ...readStatusCollection(config, federated),
  };
}

function readStatusCollection(
  config: JsonObject,
  { group, version }: Resource,
): Pick<FederatedType, 'statusCollection' | 'statusType'> {
  const wanted = valueAt(config, 'spec', 'statusCollection');
  const spec = objectAt(config, 'spec', 'statusType');
  const statusType = readResource(
    spec && { ...spec, version: stringAt(spec, 'version') || version },
    { group },
  );
  return {
    ...(wanted === 'Enabled' || wanted === 'Disabled' ? { statusCollection: wanted } : {}),
    ...(statusType === undefined ? {} : { statusType }),
  };
}

function readResource(
  spec: JsonObject | undefined,
  defaults: { plural?: string; group?: string },
): Resource | undefined {
  const kind = stringAt(spec, 'kind');
  const version = stringAt(spec, 'version');
  if (!kind || !version) return undefined;
  return {
    group: stringAt(spec, 'group') || (defaults.group ?? ''),
    version,
    kind,
    plural: stringAt(spec, 'pluralName') || defaults.plural || pluralOf(kind),
    namespaced: stringAt(spec, 'scope') !== 'Cluster',
  };
}

/** @returns KubeFed's guess of a plural: lower case, `es` after a hissing end or `o`, `ies` for any `y`, else `s` */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/(s|x|ch|sh|z|o)$/.test(lower)) return `${lower}es`;
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}
