import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextClusterStatus,
  type ProbeResult,
  type ProbeThresholds,
} from '../../lib/core/health.ts';
import { isReady } from '../../lib/core/readiness.ts';
import { type JsonObject, valueAt } from '../../lib/model/json.ts';

const WELL: ProbeResult = { found: 'answer', body: 'ok' };
const SILENT: ProbeResult = { found: 'silence', message: 'TCP: connection refused' };
const BY_LETTER: Readonly<Record<string, ProbeResult>> = { o: WELL, x: SILENT };

const DEFAULTS: ProbeThresholds = { failures: 3, successes: 1, periodSeconds: 10 };

/** @param letters a probe each ten seconds: `o` well, `x` not */
function probed(letters: string, thresholds = DEFAULTS, stepSeconds = 10) {
  let status: JsonObject | undefined;
  let writes = 0;
  const states = [...letters].map((letter, index) => {
    const nowMs = Date.UTC(2026, 0, 1) + index * stepSeconds * 1000;
    const next = nextClusterStatus(status, BY_LETTER[letter] ?? WELL, {
      nowIso: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
      sinceMs: (iso) => nowMs - Date.parse(iso),
      thresholds,
    });
    if (next !== undefined) writes += 1;
    status = next ?? status;
    return isReady({ status }) ? 'o' : 'x';
  });
  return { ready: states.join(''), writes, status };
}

describe('nextClusterStatus with thresholds', () => {
  it.each([
    { name: 'the first probe decides', probes: 'o', ready: 'o', writes: 1 },
    { name: 'the first probe decides when it fails', probes: 'x', ready: 'x', writes: 1 },
    { name: 'the third failure in a row', probes: 'oooxxx', ready: 'ooooox', writes: 4 },
    {
      name: 'however long it was ready before',
      probes: 'oooooooxxo',
      ready: 'oooooooooo',
      writes: 4,
    },
    {
      name: 'failures that are not in a row',
      probes: 'oxxoxxoxxx',
      ready: 'ooooooooox',
      writes: 10,
    },
    { name: 'one success brings it back', probes: 'oxxxo', ready: 'oooxo', writes: 5 },
    {
      name: 'nothing is written while it stays away',
      probes: 'oxxxxxxx',
      ready: 'oooxxxxx',
      writes: 4,
    },
  ])('$name: $probes', ({ probes, ready, writes }) => {
    expect(probed(probes)).toMatchObject({ ready, writes });
  });

  it('counts successes too', () => {
    const thresholds = { ...DEFAULTS, failures: 1, successes: 3 };

    expect(probed('oxooxooo', thresholds)).toMatchObject({ ready: 'oxxxxxxo' });
  });

  it('says what the failures have been that do not count yet', () => {
    const { status } = probed('oxx');

    expect(status).toMatchObject({
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: '2026-01-01T00:00:00Z' }],
      unconfirmed: {
        count: 2,
        reason: 'ClusterNotReachable',
        message: 'cluster is not reachable: TCP: connection refused',
        lastProbeTime: '2026-01-01T00:00:20Z',
      },
    });
    expect(probed('oxxo').status).not.toHaveProperty('unconfirmed');
    expect(probed('oxxx').status).not.toHaveProperty('unconfirmed');
  });

  it('takes two probes within a fifth of a period for one', () => {
    expect(probed('oxxxxx', DEFAULTS, 1)).toMatchObject({ ready: 'ooooox' });
    expect(valueAt(probed('oxx', DEFAULTS, 1).status, 'unconfirmed', 'count')).toBe(1);
    expect(probed('oxxx', DEFAULTS, 2)).toMatchObject({ ready: 'ooox' });
  });

  it('is the count of probes in a row that disagree, and nothing else', () => {
    const lengths = fc.record({
      failures: fc.integer({ min: 1, max: 4 }),
      successes: fc.integer({ min: 1, max: 4 }),
      periodSeconds: fc.constant(10),
    });
    const letters = fc.array(fc.constantFrom('o', 'x'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(letters, lengths, (probes, thresholds) => {
        let [ready = 'o'] = probes;
        let run = 0;
        const expected = probes.map((probe) => {
          run = probe === ready ? 0 : run + 1;
          if (run < (probe === 'o' ? thresholds.successes : thresholds.failures)) return ready;
          if (run > 0) ready = probe;
          run = 0;
          return ready;
        });

        expect(probed(probes.join(''), thresholds).ready).toBe(expected.join(''));
      }),
    );
  });
});
