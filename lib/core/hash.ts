import { hash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, listAt, stringAt, valueAt } from '../model/json.ts';

/**
 * How Go holds the numbers it prints: `int64` keeps integers exact (unstructured objects),
 * `float64` does not (untyped fields of typed structs, i.e. the values of overrides).
 */
export type GoNumbers = 'int64' | 'float64';

/**
 * Writes a value byte for byte as Go's JSON encoder does: no spaces, keys sorted by their UTF-8
 * bytes, HTML characters and U+2028/2029 escaped, backspace and form feed as `\u00xx`, lone
 * surrogates as U+FFFD. Undefined members are left out; `JSON.rawJSON` numbers keep their digits.
 * Also serves as a canonical form: two values with the same text are equal JSON.
 *
 * Source: Go encoding/json before Go 1.22, as KubeFed v0.1.0-rc6 to v0.10.0 were built.
 */
export function goJson(value: JsonValue, numbers: GoNumbers = 'int64'): string {
  if (JSON.isRawJSON(value)) return rawText(value.rawJSON, numbers);
  if (Array.isArray(value)) return `[${value.map((item) => goJson(item, numbers)).join(',')}]`;
  if (isJsonObject(value)) return mapText(value, numbers);
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value, numbers);
  return String(value);
}

/**
 * @param template `spec.template` of a federated object
 * @returns lower-case MD5 hex, or the empty string when there is no template
 * Source: KubeFed v0.10.0, PropagatedVersion `status.templateVersion`
 */
export function templateVersion(template: JsonValue | undefined): string {
  return template === undefined ? '' : md5Line(goJson(template));
}

/**
 * Hashes the overrides as they are written, before defaults: an operation without `op` differs from
 * one with `replace`. Of an entry with a `clusterSelector`, the clusters that it matches are hashed too: when a label
 * of a cluster changes, what was recorded under the old hash counts no more.
 *
 * @param spec `spec` of a federated object
 * @param matching names of the clusters that a selector matches, sorted; asked only for entries that have one
 * @returns lower-case MD5 hex, or the empty string when there is no spec
 * Source: KubeFed v0.10.0, PropagatedVersion `status.overridesVersion`
 */
export function overridesVersion(spec: JsonObject | undefined, matching: Matching): string {
  if (spec === undefined) return '';
  const overrides = spec['overrides'];
  const entries = Array.isArray(overrides) ? overrides : undefined;
  const texts = entries?.map((entry) => entryText(entry, matching)).join(',');
  return md5Line(structText({ overrides: texts === undefined ? 'null' : `[${texts}]` }));
}

type Matching = (clusterSelector: JsonValue) => readonly string[];

function entryText(entry: JsonValue, matching: Matching): string {
  const operations = listAt(entry, 'clusterOverrides').map(operationText).join(',');
  const selector = valueAt(entry, 'clusterSelector') ?? undefined;
  return structText({
    clusterName: stringText(stringAt(entry, 'clusterName') ?? ''),
    clusterSelector: selector === undefined ? '' : goJson([selector, ...matching(selector)]),
    clusterOverrides: operations && `[${operations}]`,
  });
}

function operationText(operation: JsonValue): string {
  const op = stringAt(operation, 'op');
  const value = valueAt(operation, 'value') ?? null;
  return structText({
    op: op && stringText(op),
    path: stringText(stringAt(operation, 'path') ?? ''),
    value: value === null ? '' : goJson(value, 'float64'),
  });
}

/** Fields in the order given, empty texts left out: a Go struct with `omitempty`. */
function structText(fields: Record<string, string | undefined>): string {
  const written = Object.entries(fields).filter(([, text]) => text);
  return `{${written.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
}

function mapText(map: JsonObject, numbers: GoNumbers): string {
  const members: string[] = [];
  for (const key of Object.keys(map).sort(byUtf8Bytes)) {
    const value = map[key];
    if (value !== undefined) members.push(`${stringText(key)}:${goJson(value, numbers)}`);
  }
  return `{${members.join(',')}}`;
}

/** JavaScript sorts by UTF-16 units, which puts U+10000 and above before U+E000 to U+FFFF. */
function byUtf8Bytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  '\\b': '\\u0008',
  '\\f': '\\u000c',
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function stringText(text: string): string {
  // The first alternative eats whole escapes, so that an escaped backslash before a `b` stays.
  return JSON.stringify(text.toWellFormed()).replace(
    /\\.|[<>&\u2028\u2029]/g,
    (found) => GO_ESCAPES[found] ?? found,
  );
}

function numberText(value: number, numbers: GoNumbers): string {
  const isInt64 = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  if (numbers === 'int64' && isInt64) return BigInt(value).toString();
  return Object.is(value, -0) ? '-0' : String(value);
}

function rawText(text: string, numbers: GoNumbers): string {
  if (numbers === 'int64' && /^-?\d+$/.test(text)) {
    const integer = BigInt(text);
    if (BigInt.asIntN(64, integer) === integer) return integer.toString();
  }
  return goJson(JSON.parse(text), numbers);
}

/** The newline that Go's encoder writes after a value is hashed with it. */
function md5Line(text: string): string {
  return textHash(`${text}\n`);
}

/** @returns lower-case hex MD5 of a text, for names that have to be short and the same each time */
export function textHash(text: string): string {
  return hash('md5', text);
}
