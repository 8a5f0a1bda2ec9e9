import { describe, expect, it } from 'vitest';
import { readPreference } from '../../../lib/core/spread/preference.ts';
import { type ClusterMemory, standingOf } from '../../../lib/core/spread/standing.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const PREFERENCE = readPreference({ spec: { targetKind: 'FederatedDeployment' } });
/** the times of these tests are seconds ago */
const AT = { nowIso: '0', secondsSince: (time: string | undefined) => Number(time ?? 0) };

const cluster = (
  status: 'True' | 'False',
  secondsAgo: number,
  annotation?: string,
): JsonObject => ({
  metadata: { annotations: annotation === undefined ? {} : { [annotation]: 'true' } },
  status: { conditions: [{ type: 'Ready', status, lastTransitionTime: String(secondsAgo) }] },
});
const lost = (losses: number): ClusterMemory => ({ lost: true, lostAt: '100', losses });

describe('standingOf', () => {
  it.each([
    ['is held for the failover delay', cluster('False', 59), undefined, 'held', 1],
    ['is lost after it', cluster('False', 60), undefined, 'lost', undefined],
    ['stays lost when it fails again', cluster('False', 1), lost(1), 'lost', undefined],
    ['stays lost for the recovery delay', cluster('True', 19), lost(1), 'lost', 1],
    ['is back after it', cluster('True', 20), lost(1), 'open', undefined],
    ['waits longer after each loss', cluster('True', 79), lost(3), 'lost', 1],
    ['is back after the longer wait', cluster('True', 80), lost(3), 'open', undefined],
    ['waits half an hour at most', cluster('True', 1800), lost(30), 'open', undefined],
  ] as const)('a cluster %s', (...[, object, before, standing, recheckSeconds]) => {
    const found = standingOf(object, before, PREFERENCE, AT);
    expect(found.standing).toBe(standing);
    expect(found.recheckSeconds).toBe(recheckSeconds);
  });

  it.each([
    ['kubefed.io/paused', 'paused'],
    ['kubefed.io/drained', 'drained'],
    ['kubefed.io/cordoned', 'cordoned'],
  ])('heeds %s', (annotation, standing) => {
    const found = standingOf(cluster('True', 500, annotation), undefined, PREFERENCE, AT);
    expect(found.standing).toBe(standing);
  });

  it('is paused even when it is lost', () => {
    const away = cluster('False', 500, 'kubefed.io/paused');
    const first = standingOf(away, undefined, PREFERENCE, AT);
    expect(first.standing).toBe('paused');
    expect(standingOf(away, first.memory, PREFERENCE, AT).standing).toBe('paused');
  });

  it('counts losses, and forgets them after a quiet hour', () => {
    const again = { lost: false, lostAt: '3599', losses: 2 };
    const after = { ...again, lostAt: '3600' };
    const gone = cluster('False', 60);
    expect(standingOf(gone, again, PREFERENCE, AT).memory.losses).toBe(3);
    expect(standingOf(gone, after, PREFERENCE, AT).memory.losses).toBe(1);
  });

  it('takes the delays from the preference', () => {
    const slow = readPreference({ spec: { failoverDelaySeconds: 300, recoveryDelaySeconds: 5 } });
    expect(standingOf(cluster('False', 299), undefined, slow, AT).standing).toBe('held');
    expect(standingOf(cluster('True', 5), lost(1), slow, AT).standing).toBe('open');
  });
});
