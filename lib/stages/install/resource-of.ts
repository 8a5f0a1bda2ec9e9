import { type JsonObject, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';

/**
 * @param crds the definitions to look the object's kind up in
 * @returns the resource of a custom object
 * @throws when none of the definitions is of its kind: the manifests do not fit together
 */
export function resourceOf(object: JsonObject, crds: readonly JsonObject[]): Resource {
  const kind = stringAt(object, 'kind') ?? '';
  const [group = '', version = ''] = (stringAt(object, 'apiVersion') ?? '').split('/');
  const crd = crds.find(
    (candidate) =>
      stringAt(candidate, 'spec', 'names', 'kind') === kind &&
      stringAt(candidate, 'spec', 'group') === group,
  );
  if (crd === undefined) throw new Error(`no CRD defines ${group}/${kind}`);
  return {
    group,
    version,
    kind,
    plural: stringAt(crd, 'spec', 'names', 'plural') ?? '',
    namespaced: stringAt(crd, 'spec', 'scope') === 'Namespaced',
  };
}
