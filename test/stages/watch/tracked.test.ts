import { describe, expect, it } from 'vitest';
import { tracked } from '../../../lib/stages/watch/tracked.ts';

function setUp() {
  return tracked((object) => object['spec'] ?? null);
}

const object = (name: string, x: number) => ({
  metadata: { name, resourceVersion: String(Math.random()) },
  spec: { x },
});

describe('tracked', () => {
  it('tells what matters of an object apart from what does not', () => {
    const of = setUp();

    expect(of.take(object('a', 1), false)).toEqual(['a']);
    expect(of.take(object('a', 1), false)).toEqual([]);
    expect(of.take(object('a', 2), false)).toEqual(['a']);
    expect(of.take(object('a', 2), true)).toEqual(['a']);
    expect(of.take(object('a', 2), true)).toEqual([]);
  });

  it('finds out from the complete state what has changed, come and gone', () => {
    const of = setUp();
    of.takeAll([object('a', 1), object('b', 1), object('c', 1)]);

    expect(of.takeAll([object('b', 1), object('c', 2), object('d', 1)])).toEqual(['a', 'c', 'd']);
    expect([...of.objects.keys()].sort()).toEqual(['b', 'c', 'd']);
  });

  it('has the same prints for the same state, whatever the order', () => {
    const [one, other] = [setUp(), setUp()];
    one.takeAll([object('a', 1), object('b', 2)]);
    other.takeAll([object('b', 2), object('a', 1)]);

    expect(one.prints()).toEqual(other.prints());
    other.take(object('b', 3), false);
    expect(one.prints()).not.toEqual(other.prints());
  });
});
