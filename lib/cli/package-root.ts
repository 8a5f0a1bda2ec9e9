import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @returns the folder of this package, with `package.json` and `crds`, from the sources and from the compiled files
 * @throws when there is none above this file: the package is broken
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return folder;
}
