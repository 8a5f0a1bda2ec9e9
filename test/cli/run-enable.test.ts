import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDirective } from '../../lib/cli/run-enable.ts';
import { failureOf } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'directive-'));
const file = join(folder, 'enable.yaml');

afterAll(() => rmSync(folder, { recursive: true }));

describe('readDirective', () => {
  it('reads the type and where its federated type goes', async () => {
    writeFileSync(
      file,
      `apiVersion: core.kubefed.io/v1beta1
kind: EnableTypeDirective
metadata: { name: widgets }
spec: { targetVersion: v1, federatedGroup: g.io, federatedVersion: v2 }
`,
    );

    expect(await readDirective(file)).toEqual({
      name: 'widgets',
      version: 'v1',
      federatedGroup: 'g.io',
      federatedVersion: 'v2',
    });
  });

  it('fills in what is left out', async () => {
    writeFileSync(file, 'kind: EnableTypeDirective\nmetadata: { name: widgets }\n');

    expect(await readDirective(file)).toEqual({
      name: 'widgets',
      version: '',
      federatedGroup: 'types.kubefed.io',
      federatedVersion: 'v1beta1',
    });
  });

  it.each([
    ['', 'it holds no object'],
    ['kind: ConfigMap', 'kind is ConfigMap'],
    ['kind: EnableTypeDirective', 'metadata.name is missing'],
    ['a: b: c', 'Nested mappings are not allowed in compact mappings at line 1, column 4:'],
  ])('refuses %j', async (text, reason) => {
    writeFileSync(file, text);

    expect(await failureOf(readDirective(file))).toMatchObject({
      code: 'FileInvalid',
      message: `${file} is no EnableTypeDirective: ${reason}`,
    });
  });

  it('says that there is no such file', async () => {
    const error = await failureOf(readDirective(join(folder, 'nope.yaml')));

    expect(error.message).toContain('ENOENT: no such file or directory');
  });
});
