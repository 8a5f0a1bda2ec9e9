import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject } from '../../model/json.ts';

/**
 * Reads all YAML files below a folder.
 *
 * @returns the objects in them, by path of the file and then as they stand there
 * @throws when a file is not YAML; the message names it
 */
export async function readManifests(folder: string): Promise<JsonObject[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  const objects = await Promise.all(files.map((name) => readFileObjects(join(folder, name))));
  return objects.flat();
}

async function readFileObjects(path: string): Promise<JsonObject[]> {
  const documents = parseAllDocuments(await readFile(path, 'utf8'));
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${path}: ${error.message}`);
    const object: unknown = document.toJS();
    return isJsonObject(object) ? [object] : [];
  });
}
