import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingText } from '../../../lib/cli/plan/finding.ts';
import { parseManifest, readFiles } from '../../../lib/cli/plan/read-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-files-'));
const empty = join(folder, 'empty');
mkdirSync(join(folder, 'below'));
mkdirSync(empty);
writeFileSync(join(folder, 'b.yaml'), 'kind: B\n---\n# nothing\n---\nkind: C\n');
writeFileSync(join(folder, 'a.json'), '{"kind": "A"}');
writeFileSync(join(folder, 'notes.txt'), 'kind: Notes');
writeFileSync(join(folder, 'below', 'd.yml'), 'kind: List\nitems: [{kind: D}, {kind: E}]');

afterAll(() => rmSync(folder, { recursive: true }));

async function kindsOf(paths: string[], recursive = false) {
  const readInput = async () => 'kind: Input';
  const { objects, findings } = await readFiles(paths, { readInput, recursive });
  return {
    kinds: objects.map(({ object }) => object['kind']),
    findings: findings.map(findingText),
  };
}

describe('readFiles', () => {
  it.each<[string, string[], boolean, string[]]>([
    ['a folder in the order of its names', [folder], false, ['A', 'B', 'C']],
    ['the folders below it', [folder], true, ['A', 'B', 'C', 'D', 'E']],
    ['a file of any name', [join(folder, 'notes.txt')], false, ['Notes']],
    ['standard input and more', ['-', join(folder, 'a.json')], false, ['Input', 'A']],
  ])('reads %s', async (_, paths, recursive, kinds) => {
    expect(await kindsOf(paths, recursive)).toEqual({ kinds, findings: [] });
  });

  it('tells of what cannot be read, and reads the rest', async () => {
    const { kinds, findings } = await kindsOf([join(folder, 'nope'), '-']);

    expect(kinds).toEqual(['Input']);
    expect(findings).toEqual([
      expect.stringMatching(/nope: cannot be read: ENOENT.*; mend the path/),
    ]);
  });

  it('tells of a folder without an object', async () => {
    const { findings } = await kindsOf([empty]);

    expect(findings).toEqual([
      `${empty}: there is no object in it; name files that end in .yaml, .yml or .json and hold objects`,
    ]);
  });
});

describe('parseManifest', () => {
  it('reads numbers, dates and words as kubectl does', () => {
    const [one] = parseManifest('f', 'a: 0644\nb: yes\nc: 22:22\nd: 2001-01-01\n').objects;

    expect(one?.object).toEqual({ a: 420, b: true, c: '22:22', d: '2001-01-01' });
  });

  it('knows the place of a field, or of the deepest step towards it', () => {
    const [one] = parseManifest('f', 'a:\n  - b: 1\n').objects;

    expect(one?.placeOf(['a', 0, 'b'])).toEqual({ file: 'f', line: 2, column: 8 });
    expect(one?.placeOf(['a', 0, 'nope'])).toEqual({ file: 'f', line: 2, column: 5 });
  });
});
