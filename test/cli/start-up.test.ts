import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');
const HEAVY = ['@aws-sdk', '@smithy', '@kubernetes', 'yaml'];

it('loads no library for --help but commander: a command loads what it needs when it runs', async () => {
  const { metafile } = await build({
    entryPoints: [MAIN],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const outputs = Object.values(metafile.outputs);
  const entry = outputs.find((output) => output.entryPoint?.endsWith('cli/main.ts'));
  const seen = new Set<string>();
  const visit = (imports: (typeof metafile.outputs)[string]['imports']) => {
    for (const { path, kind } of imports) {
      if (kind !== 'import-statement' || seen.has(path)) continue;
      seen.add(path);
      visit(metafile.outputs[path]?.imports ?? []);
    }
  };
  visit(entry?.imports ?? []);

  expect(seen).toContain('commander');
  expect([...seen].filter((path) => HEAVY.some((name) => path.startsWith(name)))).toEqual([]);
});
