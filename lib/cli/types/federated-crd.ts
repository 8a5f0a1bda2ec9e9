import { isJsonObject, type JsonObject, listAt, objectAt } from '../../model/json.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { apiVersionOf, type Resource } from '../../model/resource.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../model/type-config.ts';
import { type ApiResource, typeName } from './discovery.ts';

/** A type and its federated counterpart: what a FederatedTypeConfig is made of. */
export interface TypePair {
  readonly target: Resource;
  readonly federated: Resource;
}

/**
 * Names the federated counterpart of a type.
 *
 * @param api group and version of the federated type
 * Source: KubeFed v0.10.0, kubefedctl enable
 */
export function federate(target: Resource, api: { group: string; version: string }): TypePair {
  return {
    target,
    federated: {
      ...api,
      kind: `Federated${target.kind}`,
      plural: `federated${target.plural}`,
      // A FederatedNamespace lies in the namespace that it federates.
      namespaced: target.namespaced || typeName(target) === NAMESPACES_TYPE,
    },
  };
}

/**
 * Makes the CRD of a federated type out of a shipped one, so that all of them have one schema.
 *
 * @param pattern the CRD of a shipped type that has replicas
 * @param hasReplicas whether `retainReplicas` has a meaning for the target
 * Source: KubeFed v0.10.0, kubefedctl enable; there a target whose CRD has no schema loses `template`, here it does not
 */
export function federatedCrd(
  pair: TypePair,
  about: { pattern: JsonObject; shortNames: readonly string[]; hasReplicas: boolean },
): JsonObject {
  const { pattern, shortNames, hasReplicas } = about;
  const { group, version, kind, plural, namespaced } = pair.federated;
  const spec = objectAt(pattern, 'spec') ?? {};
  const [first] = listAt(pattern, 'spec', 'versions').filter(isJsonObject);
  const crdVersion: JsonObject = { ...structuredClone(first ?? {}), name: version };
  if (!hasReplicas) {
    const path = ['schema', 'openAPIV3Schema', 'properties', 'spec', 'properties'];
    delete objectAt(crdVersion, ...path)?.['retainReplicas'];
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...spec,
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames.length === 0 ? {} : { shortNames: shortNames.map((name) => `f${name}`) }),
      },
      scope: scopeOf(namespaced),
      versions: [crdVersion],
    },
  };
}

/**
 * @param namespace the kubefed namespace; left out of what is only printed
 * @returns the FederatedTypeConfig with all fields filled in
 * Source: KubeFed v0.10.0, kubefedctl enable
 */
export function typeConfigOf(pair: TypePair, namespace?: string): JsonObject {
  return {
    apiVersion: apiVersionOf(FEDERATED_TYPE_CONFIGS),
    kind: FEDERATED_TYPE_CONFIGS.kind,
    metadata: {
      name: typeName(pair.target),
      ...(namespace === undefined ? {} : { namespace }),
    },
    spec: {
      federatedType: describeType(pair.federated),
      propagation: 'Enabled',
      targetType: describeType(pair.target),
    },
  };
}

/** @returns short names of a discovered type; none of one that was read from a FederatedTypeConfig */
export function shortNamesOf(target: Resource | ApiResource): readonly string[] {
  return 'shortNames' in target ? target.shortNames : [];
}

function describeType({ group, version, kind, plural, namespaced }: Resource): JsonObject {
  return {
    ...(group === '' ? {} : { group }),
    kind,
    pluralName: plural,
    scope: scopeOf(namespaced),
    version,
  };
}

function scopeOf(namespaced: boolean): string {
  return namespaced ? 'Namespaced' : 'Cluster';
}
