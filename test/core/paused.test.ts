import { describe, expect, it } from 'vitest';
import { clusterPauseMessage, isPaused, pauseMessage } from '../../lib/core/paused.ts';

const annotated = (value: string) => ({
  metadata: { name: 'shop', annotations: { 'kubefed.io/paused': value } },
});

describe('isPaused', () => {
  it.each([
    [annotated('true'), true],
    [annotated('false'), false],
    [annotated(''), false],
    [{ metadata: { name: 'shop' } }, false],
    [{}, false],
    [undefined, false],
  ])('of %j is %s', (object, paused) => {
    expect(isPaused(object)).toBe(paused);
  });
});

describe('pauseMessage', () => {
  it('names who is paused, the object first, and the remedy', () => {
    const paused = annotated('true');

    expect(pauseMessage(paused, paused)).toMatch(/^not written to: the object has the annotation/);
    expect(pauseMessage({}, paused)).toMatch(
      /: the FederatedNamespace shop .*take it off to go on/,
    );
    expect(pauseMessage({}, {})).toBeUndefined();
  });
});

describe('clusterPauseMessage', () => {
  it('names the cluster', () => {
    expect(clusterPauseMessage(annotated('true'))).toMatch(/: the KubeFedCluster shop has/);
    expect(clusterPauseMessage(annotated('no'))).toBeUndefined();
  });
});
