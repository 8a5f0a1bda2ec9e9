import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
} from '../../lib/model/json.ts';

const CRDS = join(import.meta.dirname, '../../crds');

/** @returns the YAML documents of a file, whose name is relative to `crds/` */
export function documentsIn(file: string): JsonObject[] {
  return parseAllDocuments(readFileSync(join(CRDS, file), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
    const value: unknown = document.toJS();
    if (!isJsonObject(value)) throw new Error(`${file} holds a document that is not an object`);
    return value;
  });
}

/** Files of CRDs, relative to `crds/`. */
export const files = ['core', 'types', 'scheduling', 'multiclusterdns'].flatMap((folder) =>
  readdirSync(join(CRDS, folder)).map((file) => join(folder, file)),
);
/** CRDs by file name without extension. */
export const crds: ReadonlyMap<string, JsonObject> = new Map(
  files.map((file) => {
    const [crd, ...others] = documentsIn(file);
    if (crd === undefined || others.length > 0) throw new Error(`${file} must hold one CRD`);
    return [basename(file, '.yaml'), crd];
  }),
);

export function crdNamed(name: string): JsonObject {
  const crd = crds.get(name);
  if (crd === undefined) throw new Error(`there is no CRD ${name}`);
  return crd;
}
/** The version of a CRD that KubeFed has. */
export const versionOf = (crd: JsonObject): JsonValue | undefined =>
  listAt(crd, 'spec', 'versions')[0];
export function schemaOf(name: string): JsonObject {
  return objectAt(versionOf(crdNamed(name)), 'schema', 'openAPIV3Schema') ?? {};
}

export interface SchemaNode {
  readonly path: string;
  readonly schema: JsonObject;
  /** whether a name leads here, as opposed to an item of a list or a value of a map */
  readonly named: boolean;
}

/** Every schema in a schema, itself first; `path` reads like a field of an object. */
export function nodesOf(schema: JsonObject, path = '', named = true): SchemaNode[] {
  const fields = Object.entries(objectAt(schema, 'properties') ?? {});
  const inner = fields.flatMap(([name, field]) =>
    isJsonObject(field) ? nodesOf(field, `${path}.${name}`) : [],
  );
  const items = objectAt(schema, 'items');
  const values = objectAt(schema, 'additionalProperties');
  return [
    { path, schema, named },
    ...inner,
    ...(items ? nodesOf(items, `${path}[]`, false) : []),
    ...(values ? nodesOf(values, `${path}{}`, false) : []),
  ];
}

/** What the API server fills in for a field that is absent. */
export function defaultOf(schema: JsonObject): JsonValue | undefined {
  const own = schema['default'];
  if (own !== undefined && !isJsonObject(own)) return own;
  const fields = Object.entries(objectAt(schema, 'properties') ?? {}).flatMap(([name, field]) => {
    const value = isJsonObject(field) ? defaultOf(field) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return own === undefined ? undefined : { ...Object.fromEntries(fields), ...own };
}
