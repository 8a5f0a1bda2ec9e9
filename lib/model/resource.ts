/** One API resource of a cluster: what a REST path is made of. */
export interface Resource {
  /** empty for the core group */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** lower-case plural, as in paths */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `namespace` is absent for cluster-scoped objects. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** @returns `group/version`, or just the version for the core group */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** @returns `namespace/name`, or `name` for a cluster-scoped object */
export function qualifiedName(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`;
}

/** @returns the key with `namespace` left out (not undefined) where there is none */
export function objectKey(namespace: string | undefined, name: string): ObjectKey {
  return namespace === undefined ? { name } : { namespace, name };
}
