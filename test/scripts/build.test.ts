import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'dist', 'kubefed-eks.js');
const run = promisify(execFile);

describe('npm run build', () => {
  beforeAll(async () => {
    await run(process.execPath, [join(ROOT, 'scripts', 'build.ts')]);
  }, 60_000);

  it('makes a program that runs without the libraries', async () => {
    const { stdout } = await run(process.execPath, [BIN, 'plan', '--help']);
    expect(stdout).toContain('Usage: kubefed-eks plan');
  }, 30_000);

  it('makes a program that loads the libraries of a command when it runs', async () => {
    const args = ['status', '--kubeconfig', join(ROOT, 'none')];
    const failed = await run(process.execPath, [BIN, ...args]).catch((error) => error);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/^error: .*none/);
    expect(failed.stderr).not.toMatch(/^ +at /m);
  }, 30_000);

  it('tells the licence of each library in it', async () => {
    const licences = await readFile(join(ROOT, 'dist', 'LICENSES.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-eks', '@kubernetes/client-node', 'commander', 'yaml']) {
      expect(licences).toMatch(new RegExp(`^${name} [0-9.]+: (Apache-2.0|MIT|ISC)$`, 'm'));
    }
    expect(licences).not.toMatch(/: undefined$/m);
  });
});
