import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../model/resources.ts';
import { readObject } from '../cluster-objects.ts';
import type { Side } from '../connect/side.ts';
import { readJson, typeName } from './discovery.ts';

/**
 * Tells whether a type counts replicas in `spec.replicas`, so that `retainReplicas` has a meaning for it: by its CRD,
 * else by the OpenAPI document of its group.
 *
 * @throws CommandError when neither can be read
 * Source: KubeFed v0.10.0, kubefedctl enable (an integer of format int32)
 */
export async function hasReplicas(host: Side, target: Resource): Promise<boolean> {
  if (target.group !== '') {
    const key = { name: typeName(target) };
    const crd = await readObject(host, CUSTOM_RESOURCE_DEFINITIONS, key);
    if (crd !== undefined) return countsReplicas(schemaOfCrd(crd, target.version), {});
  }
  const { group, version, kind } = target;
  const path = group === '' ? `/openapi/v3/api/${version}` : `/openapi/v3/apis/${group}/${version}`;
  const schemas = objectAt(await readJson(host, path), 'components', 'schemas') ?? {};
  const schema = Object.values(schemas).find((one) =>
    listAt(one, 'x-kubernetes-group-version-kind').some(
      (gvk) =>
        stringAt(gvk, 'group') === group &&
        stringAt(gvk, 'version') === version &&
        stringAt(gvk, 'kind') === kind,
    ),
  );
  return countsReplicas(isJsonObject(schema) ? schema : undefined, schemas);
}

function schemaOfCrd(crd: JsonObject, version: string): JsonObject | undefined {
  const versions = listAt(crd, 'spec', 'versions').filter(isJsonObject);
  const found = versions.find((one) => one['name'] === version) ?? versions[0];
  return objectAt(found, 'schema', 'openAPIV3Schema');
}

function countsReplicas(schema: JsonObject | undefined, schemas: JsonObject): boolean {
  const spec = resolve(objectAt(schema, 'properties', 'spec'), schemas);
  const replicas = objectAt(spec, 'properties', 'replicas');
  return replicas?.['type'] === 'integer' && replicas['format'] === 'int32';
}

/** Kubernetes writes a reference with a default beside it as an `allOf` of one. */
function resolve(schema: JsonObject | undefined, schemas: JsonObject): JsonObject | undefined {
  const [only] = listAt(schema, 'allOf');
  const reference = stringAt(only, '$ref') ?? stringAt(schema, '$ref');
  if (reference === undefined) return schema;
  return objectAt(schemas, reference.split('/').at(-1) ?? '');
}
