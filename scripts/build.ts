/** `npm run build`: the command line as JavaScript, with the libraries that it uses, and their licences, in `dist/`. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist');
/** Libraries of the older kind ask for `require`, which modules do not have. The names are not to meet minified ones. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

await rm(OUT, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: { 'kubefed-eks': 'lib/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  // A command loads the chunks that it needs: --help none of them, and files are what loading costs.
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  banner: { js: REQUIRE },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
await writeFile(join(OUT, 'LICENSES.txt'), await licencesOf(metafile));

/** @returns the licence of each library that went into the bundle, sorted by name */
async function licencesOf({ inputs }: Metafile): Promise<string> {
  const found = Object.keys(inputs).map(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  const folders = [...new Set(found.filter((folder) => folder !== undefined))].sort();
  const texts = await Promise.all(folders.map((folder) => licenceIn(join(ROOT, folder))));
  return texts.join('\n');
}

async function licenceIn(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const files = await readdir(folder);
  const file = files.find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
}
