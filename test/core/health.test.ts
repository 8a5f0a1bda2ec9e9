import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextClusterStatus, type ProbeResult } from '../../lib/core/health.ts';
import { isReady } from '../../lib/core/readiness.ts';
import type { Topology } from '../../lib/core/topology.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const EARLIER = '2026-01-01T00:00:00Z';
const NOW = '2026-01-01T00:05:00Z';

const HEALTHY: ProbeResult = { found: 'answer', body: 'ok', gitVersion: 'v1.34.1' };
const UNWELL: ProbeResult = { found: 'answer', body: 'not so well' };
const SILENT: ProbeResult = { found: 'silence', message: 'ECONNREFUSED' };
const MALFORMED: ProbeResult = { found: 'malformed', message: 'spec.apiEndpoint is empty' };

const at = (nowIso: string) => ({
  nowIso,
  sinceMs: (iso: string) => Date.parse(nowIso) - Date.parse(iso),
});
const first = (probe: ProbeResult) => nextClusterStatus(undefined, probe, at(EARLIER));
const next = (probe: ProbeResult, current: JsonObject | undefined, where: Topology = {}) =>
  nextClusterStatus(current, probe, { ...at(NOW), where });

describe('nextClusterStatus', () => {
  it('reports a healthy cluster as ready, with its version', () => {
    expect(first(HEALTHY)).toEqual({
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'ClusterReady',
          message: '/healthz responded with ok',
          lastProbeTime: EARLIER,
          lastTransitionTime: EARLIER,
        },
      ],
      kubernetesVersion: 'v1.34.1',
    });
  });

  it.each<[string, ProbeResult, JsonObject[]]>([
    [
      'answers something else',
      UNWELL,
      [
        { type: 'Ready', status: 'False', reason: 'ClusterNotReady' },
        { type: 'Offline', status: 'False', reason: 'ClusterReachable' },
      ],
    ],
    [
      'does not answer',
      SILENT,
      [
        { type: 'Ready', status: 'False', message: 'cluster is not reachable: ECONNREFUSED' },
        { type: 'Offline', status: 'True', reason: 'ClusterNotReachable' },
      ],
    ],
    [
      'cannot be connected to',
      MALFORMED,
      [
        {
          type: 'ConfigMalformed',
          status: 'True',
          message: "cluster's configuration may be malformed: spec.apiEndpoint is empty",
        },
        { type: 'Ready', status: 'False', reason: 'ClusterConfigMalformed' },
      ],
    ],
  ])('reports a cluster that %s', (_, probe, conditions) => {
    expect(first(probe)).toMatchObject({ conditions });
    expect(isReady({ status: first(probe) })).toBe(false);
  });

  it.each(['ok', ' OK\n'])('takes the body %j for well', (body) => {
    expect(isReady({ status: first({ found: 'answer', body }) })).toBe(true);
  });

  it.each([HEALTHY, UNWELL, SILENT, MALFORMED])(
    'says nothing when nothing is new (%j)',
    (probe) => {
      expect(next(probe, first(probe))).toBeUndefined();
    },
  );

  it('keeps the time of a transition as long as the status stays the same', () => {
    const status = next({ ...SILENT, message: 'timed out' }, first(SILENT));

    expect(status).toMatchObject({
      conditions: [
        { type: 'Ready', lastProbeTime: NOW, lastTransitionTime: EARLIER },
        { type: 'Offline', lastProbeTime: NOW, lastTransitionTime: EARLIER },
      ],
    });
    expect(next(HEALTHY, status)).toMatchObject({
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: NOW }],
    });
  });

  it('keeps the version of a cluster that does not tell it now, and fields of others', () => {
    const current = { ...first(HEALTHY), zones: ['a'] };

    expect(next(SILENT, current)).toMatchObject({ kubernetesVersion: 'v1.34.1', zones: ['a'] });
    expect(next({ found: 'answer', body: 'ok' }, current)).toBeUndefined();
    expect(next({ ...HEALTHY, gitVersion: 'v1.35.0' }, current)).toMatchObject({
      kubernetesVersion: 'v1.35.0',
    });
  });

  it('tells Region and zones where they are known, and when they change', () => {
    const where = { region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'] };
    const status = next(HEALTHY, first(HEALTHY), where);

    expect(status).toMatchObject(where);
    expect(next(HEALTHY, status, where)).toBeUndefined();
    expect(next(HEALTHY, status)).toBeUndefined();
    expect(next(HEALTHY, status, { zones: ['eu-west-1c'] })).toMatchObject({
      region: 'eu-west-1',
      zones: ['eu-west-1c'],
    });
  });

  it('makes do with a malformed status', () => {
    const current = { conditions: ['nonsense', { type: 'Ready' }] };

    expect(next(HEALTHY, current)).toMatchObject({ conditions: [{ lastTransitionTime: NOW }] });
  });

  it('has settled after one probe, whatever was there before', () => {
    const probes = fc.constantFrom(HEALTHY, UNWELL, SILENT, MALFORMED);
    fc.assert(
      fc.property(fc.array(probes), probes, (history, last) => {
        const current = history.reduce<JsonObject | undefined>(
          (status, probe) => next(probe, status) ?? status,
          undefined,
        );
        const settled = next(last, current) ?? current;

        expect(next(last, settled)).toBeUndefined();
        expect(isReady({ status: settled })).toBe(last === HEALTHY);
      }),
    );
  });
});
