import { describe, expect, it } from 'vitest';
import { batchFailures } from './batch-failures.ts';

const IDS = ['a', 'b', 'c'];
const failures = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('batchFailures', () => {
  it.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', failures()],
    ['a null list', { batchItemFailures: null }],
  ])('keeps nothing after %s', (_name, payload) => {
    expect(batchFailures(payload, IDS)).toEqual(new Set());
  });

  it('keeps what is named', () => {
    expect(batchFailures(failures('b', 'c'), IDS)).toEqual(new Set(['b', 'c']));
  });

  it.each([
    ['an unknown id', failures('a', 'x')],
    ['an empty id', failures('')],
    ['a null id', failures(null)],
    ['a wrong key', { batchItemFailures: [{ id: 'a' }] }],
    ['a list that is none', { batchItemFailures: 'a' }],
    ['a text', 'a'],
  ])('keeps the whole batch after %s', (_name, payload) => {
    expect(batchFailures(payload, IDS)).toEqual(new Set(IDS));
  });
});
