import { describe, expect, it } from 'vitest';
import { fieldPathText, parseFieldPath } from '../../../lib/cli/plan/field-path.ts';

describe('fieldPathText', () => {
  it.each<[string, (string | number)[]]>([
    ['spec.overrides[0].path', ['spec', 'overrides', 0, 'path']],
    ['metadata.labels["a.b/c"]', ['metadata', 'labels', 'a.b/c']],
    ['', []],
  ])('writes %s, and parseFieldPath reads it', (text, path) => {
    expect(fieldPathText(path)).toBe(text);
    expect(parseFieldPath(text)).toEqual(path);
  });
});

describe('parseFieldPath', () => {
  it('reads keys in brackets as API servers write them', () => {
    expect(parseFieldPath('data[a.b].c')).toEqual(['data', 'a.b', 'c']);
  });
});
