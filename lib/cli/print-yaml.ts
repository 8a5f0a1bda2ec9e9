import { stringify } from 'yaml';
import type { JsonObject } from '../model/json.ts';
import type { Terminal } from './terminal.ts';

/** Prints documents on stdout, `---` before each, keys in order. Source: KubeFed v0.10.0, kubefedctl --output yaml */
export function printYaml(terminal: Terminal, documents: readonly JsonObject[]): void {
  for (const document of documents) {
    terminal.result(
      `---\n${stringify(document, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })}`,
    );
  }
}
