import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject, stringAt } from '../model/json.ts';
import { TYPES_GROUP } from '../model/names.ts';
import { pluralOf } from '../model/type-config.ts';
import { CommandError } from './command-error.ts';
import type { Invocation } from './invocation.ts';
import { printYaml } from './print-yaml.ts';
import { federatedObject } from './types/federated-object.ts';

/** `federate --filename`: manifests in, federated manifests out; no cluster is asked. @throws CommandError FileInvalid */
export async function runConvert(invocation: Invocation, file: string): Promise<void> {
  const source = await readSource(file);
  printYaml(invocation.terminal, convertManifests(source, file));
}

/**
 * @param source YAML or JSON, one document or more; empty ones are passed over, and a List counts as its items
 * @returns one federated object for each
 * @throws CommandError FileInvalid, with the line of what is no YAML and the number of what is no object
 */
export function convertManifests(source: string, file: string): JsonObject[] {
  const objects = readDocuments(source, file);
  if (objects.length === 0) throw invalid(file, 'it holds no object');
  return objects.map((object) => {
    const kind = `Federated${object['kind']}`;
    const namespaced = stringAt(object, 'metadata', 'namespace') !== undefined;
    return federatedObject(object, {
      ...{ group: TYPES_GROUP, version: 'v1beta1' },
      ...{ kind, plural: pluralOf(kind), namespaced },
    });
  });
}

function readDocuments(source: string, file: string): JsonObject[] {
  return parseAllDocuments(source).flatMap((document, at) => {
    const [error] = document.errors;
    if (error !== undefined) throw invalid(file, error.message.split('\n')[0] ?? '');
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    const listed = isJsonObject(value) && value['kind'] === 'List' ? value['items'] : [value];
    const values = Array.isArray(listed) ? listed : [];
    return values.map((one) => requireObject(one, `document ${at + 1} of ${file}`));
  });
}

function requireObject(value: unknown, where: string): JsonObject {
  const complete =
    isJsonObject(value) &&
    stringAt(value, 'apiVersion') !== undefined &&
    stringAt(value, 'kind') !== undefined &&
    stringAt(value, 'metadata', 'name') !== undefined;
  if (complete) return value;
  throw new CommandError(
    'FileInvalid',
    `${where} is no Kubernetes object: apiVersion, kind or metadata.name is missing`,
    ['kubectl apply --dry-run=client -f FILE shows what is wrong with a manifest'],
  );
}

async function readSource(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function invalid(file: string, reason: string, cause?: unknown): CommandError {
  const message = `${file} cannot be converted: ${reason}`;
  return new CommandError('FileInvalid', message, ['give YAML or JSON manifests'], { cause });
}
