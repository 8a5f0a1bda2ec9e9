import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import { type FastFederation, startFastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import {
  eventsAbout,
  labelCluster,
  makeConfigMap,
  makeNamespace,
  untilCopiesAre,
  untilReported,
  verdictOf,
} from './config-map-copies.ts';

const WEST = 'member-1';
const EAST = 'member-2';

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  await labelCluster(federation, EAST, { tier: 'edge' });
  await makeNamespace(federation, 'team', { clusterSelector: {} });
}, 180_000);

afterAll(() => federation?.stop());

const inTeam = (name: string) => ({ namespace: 'team', name });
const edge = { matchLabels: { tier: 'edge' } };
const set = (value: string, path = '/data/color') => ({ path, value });

async function make(name: string, ...overrides: JsonObject[]): Promise<void> {
  const template = { data: { color: 'teal' } };
  const placement = { clusterSelector: {} };
  await makeConfigMap(federation, inTeam(name), { template, placement, overrides });
}

const colors = (west: string, east: string) => ({
  [WEST]: { color: west },
  [EAST]: { color: east },
});

describe('overrides', () => {
  it('3.8 of a cluster change its copy alone, in their order', async () => {
    await make('named', {
      clusterName: EAST,
      clusterOverrides: [
        { op: 'add', path: '/data/size', value: 'xl' },
        { op: 'remove', path: '/data/color' },
        set('red', '/data/trim'),
      ],
    });

    await untilCopiesAre(federation, inTeam('named'), {
      [WEST]: { color: 'teal' },
      [EAST]: { size: 'xl', trim: 'red' },
    });
  }, 120_000);

  it('3.8 with a dotted path, and of metadata that is not there yet, are applied', async () => {
    await make('lenient', {
      clusterName: EAST,
      clusterOverrides: [
        set('navy', 'data.color'),
        { op: 'add', path: '/metadata/annotations/owner', value: 'me' },
        { op: 'add', path: '/metadata/labels/zone', value: 'a' },
      ],
    });

    await untilCopiesAre(federation, inTeam('lenient'), colors('teal', 'navy'));
    const [, east] = federation.members;
    const copy = must(await (east ?? federation.host).api.get(CONFIG_MAPS, inTeam('lenient')));
    expect(copy).toMatchObject({
      metadata: {
        annotations: { owner: 'me' },
        labels: { zone: 'a', 'kubefed.io/managed': 'true' },
      },
    });
  }, 120_000);

  it.each([
    ['a forbidden path', [set('x', '/metadata/name')], /invalid path: \/metadata\/name/],
    ['a path twice', [set('a'), set('b')], /path "\/data\/color" appears more than once/],
  ])(
    '3.8 with %s fail every cluster, and nothing is written',
    async (what, operations, text) => {
      const key = inTeam(`bad-${operations.length}`);
      await make(key.name, { clusterName: EAST, clusterOverrides: operations });

      const verdict = verdictOf(await untilReported(federation, key));
      expect({ what, ...verdict }).toEqual({
        what,
        propagated: 'False',
        reason: 'CheckClusters',
        failed: ['ApplyOverridesFailed', 'ApplyOverridesFailed'],
      });
      await untilCopiesAre(federation, key, {});
      expect((await eventsAbout(federation, key)).join('\n')).toMatch(text);
    },
    120_000,
  );

  it('3.8 that do not apply fail their own cluster only', async () => {
    const missing = { op: 'remove', path: '/data/nothing' };
    await make('half-bad', { clusterName: EAST, clusterOverrides: [missing] });

    const verdict = verdictOf(await untilReported(federation, inTeam('half-bad')));
    expect(verdict.failed).toEqual(['ApplyOverridesFailed']);
    await untilCopiesAre(federation, inTeam('half-bad'), { [WEST]: { color: 'teal' } });
  }, 120_000);
});

describe('overrides by clusterSelector', () => {
  it('change the copies of the clusters that match, and follow their labels at once', async () => {
    await make('selected', { clusterSelector: edge, clusterOverrides: [set('navy')] });
    await untilCopiesAre(federation, inTeam('selected'), colors('teal', 'navy'));

    await labelCluster(federation, WEST, { tier: 'edge' });
    await untilCopiesAre(federation, inTeam('selected'), colors('navy', 'navy'));
    await labelCluster(federation, WEST, { tier: null });
    await untilCopiesAre(federation, inTeam('selected'), colors('teal', 'navy'));
  }, 120_000);

  it('yield to the entry that names the cluster, wherever it stands', async () => {
    await make(
      'both',
      { clusterName: EAST, clusterOverrides: [set('black')] },
      { clusterSelector: {}, clusterOverrides: [set('white')] },
    );

    await untilCopiesAre(federation, inTeam('both'), colors('white', 'black'));
  }, 120_000);

  it('are refused by the API server where an entry has a name too', async () => {
    const entry = { clusterName: EAST, clusterSelector: edge, clusterOverrides: [set('red')] };

    await expect(make('refused', entry)).rejects.toThrow(
      'give either clusterName or clusterSelector, not both',
    );
    const key = inTeam('selected');
    const changed = await federation.host.api.patch(FEDERATED_CONFIG_MAPS, key, {
      spec: { overrides: [entry] },
    });
    expect(changed).toMatchObject({ ok: false, error: { kind: 'Invalid' } });
  });

  it('name themselves in the status when their selector cannot be read', async () => {
    const clusterSelector = { matchExpressions: [{ key: 'tier', operator: 'Near' }] };
    await make('unreadable', { clusterSelector, clusterOverrides: [set('red')] });

    const status = await untilReported(federation, inTeam('unreadable'));
    expect(verdictOf(status).failed).toEqual(['ApplyOverridesFailed', 'ApplyOverridesFailed']);
    expect(JSON.stringify(status['clusters'])).toContain('Near');
  }, 120_000);
});
