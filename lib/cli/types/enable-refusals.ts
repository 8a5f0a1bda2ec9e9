import { type JsonObject, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../model/resources.ts';
import {
  FEDERATED_TYPE_CONFIGS,
  type FederatedType,
  readFederatedType,
} from '../../model/type-config.ts';
import { listObjects, readObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from '../connect/side.ts';
import { qualifiedType, typeName } from './discovery.ts';
import type { TypePair } from './federated-crd.ts';

/** Groups that serve, or served, the same objects, by plural. Source: KubeFed v0.10.0, equivalent APIs */
const EQUIVALENT_GROUPS: Readonly<Record<string, readonly string[]>> = {
  deployments: ['apps', 'extensions'],
  daemonsets: ['apps', 'extensions'],
  replicasets: ['apps', 'extensions'],
  networkpolicies: ['networking.k8s.io', 'extensions'],
  podsecuritypolicies: ['policy', 'extensions'],
  ingresses: ['networking.k8s.io', 'extensions'],
};

/**
 * Refuses to enable a type in a way that would break one that is enabled already.
 *
 * @throws CommandError TypeInUse
 * Source: KubeFed v0.10.0, kubefedctl enable (cases and messages)
 */
export async function refuseConflicts(
  host: Side,
  namespace: string,
  pair: TypePair,
): Promise<void> {
  const configs = await listObjects(host, FEDERATED_TYPE_CONFIGS, namespace);
  const types = configs.map(readFederatedType).filter((type) => type !== undefined);
  const own = types.find((type) => type.name === typeName(pair.target));
  if (own !== undefined) return refuseOtherFederatedType(own, pair);

  const crdName = typeName(pair.federated);
  const crd = await readObject(host, CUSTOM_RESOURCE_DEFINITIONS, { name: crdName });
  if (crd !== undefined) refuseForeignCrd(types, pair, { namespace, crd });
}

function refuseOtherFederatedType(own: FederatedType, pair: TypePair): void {
  const before = qualifiedType(own.federated);
  const after = qualifiedType(pair.federated);
  if (before === after) return;
  throw new CommandError(
    'TypeInUse',
    `Federation is already enabled for "${qualifiedType(pair.target)}" with federated type "${before}". Changing the federated type to "${after}" is not supported.`,
    [`kubefed-eks disable ${own.name}, then enable it anew`],
  );
}

function refuseForeignCrd(
  types: readonly FederatedType[],
  pair: TypePair,
  about: { namespace: string; crd: JsonObject },
): void {
  const crdName = stringAt(about.crd, 'metadata', 'name') ?? '';
  const target = qualifiedType(pair.target);
  const equivalent = types.find((type) => areEquivalent(type.target, pair.target));
  if (equivalent !== undefined) {
    throw new CommandError(
      'TypeInUse',
      `Failed to enable "${target}". Federation of this type is already enabled for equivalent type "${qualifiedType(equivalent.target)}" by FederatedTypeConfig "${about.namespace}/${equivalent.name}"`,
      [`use ${typeName(equivalent.federated)}, which is there`],
    );
  }
  const user = types.find((type) => typeName(type.federated) === crdName);
  if (user === undefined) return;
  throw new CommandError(
    'TypeInUse',
    `Failed to enable federation of "${typeName(pair.target)}" due to the FederatedTypeConfig for "${user.name}" already referencing a federated type CRD named "${crdName}". If these target types are distinct despite sharing the same kind, specifying a non-default --federated-group should allow "${typeName(pair.target)}" to be enabled.`,
    ['--federated-group GROUP; the stages need rights on it: deploy again afterwards'],
  );
}

function areEquivalent(one: Resource, other: Resource): boolean {
  if (one.plural !== other.plural) return false;
  const groups = EQUIVALENT_GROUPS[one.plural] ?? [];
  return one.group === other.group || [one, other].every(({ group }) => groups.includes(group));
}
