import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isNode, LineCounter, parseAllDocuments, type Tags } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue, listAt } from '../../model/json.ts';
import type { FieldPath } from './field-path.ts';
import type { Finding, Place } from './finding.ts';

/** An object of a file, and where in the file each of its fields is. */
export interface LocatedObject {
  readonly object: JsonObject;
  /** @returns the place of the field, or of the deepest step towards it that the file has */
  placeOf(path: FieldPath): Place;
}

export interface ReadFiles {
  readonly objects: readonly LocatedObject[];
  readonly findings: readonly Finding[];
}

export interface FileSource {
  /** standard input */
  readonly readInput: () => Promise<string>;
  /** whether folders below folders are read */
  readonly recursive?: boolean;
}

/**
 * Reads manifests: files, folders (those below them only where `recursive` says so, as kubectl), and `-` for standard
 * input; several documents in a file, and lists in a document. What cannot be read is a finding, the rest is read all
 * the same.
 */
export async function readFiles(paths: readonly string[], source: FileSource): Promise<ReadFiles> {
  const objects: LocatedObject[] = [];
  const findings: Finding[] = [];
  for (const path of paths) {
    try {
      for (const [file, text] of await textsOf(path, source)) {
        const read = parseManifest(file, text);
        objects.push(...read.objects);
        findings.push(...read.findings);
      }
    } catch (error) {
      const message = `cannot be read: ${error instanceof Error ? error.message : error}`;
      findings.push({ severity: 'error', file: path, message, remedy: 'mend the path after -f' });
    }
  }
  if (objects.length === 0 && findings.length === 0) {
    const message = 'there is no object in it';
    const remedy = 'name files that end in .yaml, .yml or .json and hold objects';
    findings.push({ severity: 'error', file: paths.join(', '), message, remedy });
  }
  return { objects, findings };
}

async function textsOf(
  path: string,
  { readInput, recursive = false }: FileSource,
): Promise<readonly [string, string][]> {
  if (path === '-') return [['<stdin>', await readInput()]];
  if (!(await stat(path)).isDirectory()) return [[path, await readFile(path, 'utf8')]];
  const names = (await readdir(path, { recursive }))
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort();
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const file = join(path, name);
      return [file, await readFile(file, 'utf8')];
    }),
  );
}

/** Numbers such as 22:22 and dates are strings to kubectl, though YAML 1.1 has types for them. */
function kubectlTags(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === 'string' || (tag.format !== 'TIME' && !String(tag.tag).endsWith(':timestamp')),
  );
}

/** Source: kubectl reads YAML 1.1 (octal 0644, yes and no) */
export function parseManifest(file: string, text: string): ReadFiles {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.1',
    customTags: kubectlTags,
  });
  const objects: LocatedObject[] = [];
  const findings: Finding[] = [];
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) {
      const [message = ''] = error.message.split(' at line ');
      const remedy = 'mend the YAML';
      findings.push({ severity: 'error', ...placeAt(error.pos[0]), message, remedy });
      continue;
    }
    const value: JsonValue = document.toJS();
    const place = (path: FieldPath) => placeAt(offsetOf(document, path));
    for (const { item, path } of itemsOf(value)) {
      const placeOf = (below: FieldPath) => place([...path, ...below]);
      if (isJsonObject(item)) objects.push({ object: item, placeOf });
      else if (item !== null) {
        const message = 'is no Kubernetes object';
        const remedy = 'write apiVersion, kind and metadata';
        findings.push({ severity: 'error', ...placeOf([]), message, remedy });
      }
    }
  }
  return { objects, findings };
}

function itemsOf(value: JsonValue): { item: JsonValue; path: FieldPath }[] {
  const isList = isJsonObject(value) && String(value['kind'] ?? '').endsWith('List');
  if (!isList || !Array.isArray(value['items'])) return [{ item: value, path: [] }];
  return listAt(value, 'items').map((item, i) => ({ item, path: ['items', i] }));
}

function offsetOf(document: Document, path: FieldPath): number {
  for (let steps = path.length; steps >= 0; steps--) {
    const node = steps === 0 ? document.contents : document.getIn(path.slice(0, steps), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.range?.[0] ?? 0;
}
