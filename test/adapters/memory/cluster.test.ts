import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES } from '../../../lib/model/resources.ts';
import type { ApiError, WatchEvent } from '../../../lib/ports.ts';

const KEY = { namespace: 'shop', name: 'settings' };
const settings = (metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...KEY, ...metadata },
  data: { color: 'red' },
});
const member = (metadata = {}) => ({
  apiVersion: 'core.kubefed.io/v1beta1',
  kind: 'KubeFedCluster',
  metadata: { namespace: 'kube-federation-system', name: 'west', ...metadata },
  spec: { apiEndpoint: 'https://west' },
});
const BROKEN: ApiError = { kind: 'ServerError', message: 'broken' };

describe('memoryCluster', () => {
  it('takes its times from the clock', async () => {
    const clock = virtualClock(Date.UTC(2026, 4, 6, 7, 8, 9, 123));
    const cluster = memoryCluster({ clock });
    await cluster.create(CONFIG_MAPS, settings({ finalizers: ['example.com/a'] }));
    await clock.advance(1000);

    expect(await cluster.delete(CONFIG_MAPS, KEY)).toMatchObject({
      value: {
        metadata: {
          creationTimestamp: '2026-05-06T07:08:09Z',
          deletionTimestamp: '2026-05-06T07:08:10Z',
        },
      },
    });
  });

  it('gives the same uids in every run, and others in another cluster', async () => {
    const uidIn = async (name: string) => {
      const cluster = memoryCluster({ name });
      await cluster.create(CONFIG_MAPS, settings());
      return cluster.peek(CONFIG_MAPS, KEY)?.['metadata'];
    };

    expect(await uidIn('west')).toEqual(await uidIn('west'));
    expect(await uidIn('west')).not.toEqual(await uidIn('east'));
  });

  it('shares no object with its callers', async () => {
    const cluster = memoryCluster();
    const given = settings();
    const created = await cluster.create(CONFIG_MAPS, given);
    given.data.color = 'blue';
    if (created.ok) Object(created.value['data'])['color'] = 'green';

    expect(cluster.peek(CONFIG_MAPS, KEY)).toMatchObject({ data: { color: 'red' } });
  });

  it('needs no namespaces unless it is told to', async () => {
    expect((await memoryCluster().create(CONFIG_MAPS, settings())).ok).toBe(true);
    expect(
      await memoryCluster({ requireNamespaces: true }).create(CONFIG_MAPS, settings()),
    ).toMatchObject({ error: { message: 'namespaces "shop" not found' } });
  });

  describe('watch', () => {
    it('gets bookmarks on demand, with the newest resourceVersion', async () => {
      const cluster = memoryCluster();
      const { next } = watching(cluster);
      const step = next();
      await Promise.resolve();
      cluster.seed(NAMESPACES, { metadata: { name: 'shop' } });
      await new Promise(setImmediate);
      cluster.bookmark();

      expect(await step).toEqual({
        done: false,
        value: {
          type: 'BOOKMARK',
          object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '2' } },
        },
      });
    });

    it('is Gone only from before the history begins', async () => {
      const cluster = memoryCluster();
      cluster.seed(CONFIG_MAPS, settings());
      cluster.compact();
      cluster.seed(CONFIG_MAPS, settings({ name: 'later' }));

      expect(await watching(cluster, '1').next()).toMatchObject({
        done: true,
        value: { kind: 'Gone' },
      });
      expect(await watching(cluster, '2').next()).toMatchObject({
        value: { type: 'ADDED', object: { metadata: { name: 'later' } } },
      });
    });

    it('goes on through a compaction', async () => {
      const cluster = memoryCluster();
      const { next } = watching(cluster);
      const step = next();
      await new Promise(setImmediate);
      cluster.seed(CONFIG_MAPS, settings());
      cluster.compact();

      expect(await step).toMatchObject({ value: { type: 'ADDED' } });
    });

    it('ends after its timeout by the clock', async () => {
      const clock = virtualClock();
      const cluster = memoryCluster({ clock });
      const step = watching(cluster).next();

      await clock.advance(60_000);
      expect(await step).toEqual({ done: true, value: undefined });
    });

    it.each([
      ['cleanly', undefined],
      ['with an error', BROKEN],
    ])('can be ended by the server, %s', async (_, error) => {
      const cluster = memoryCluster();
      const step = watching(cluster).next();
      await new Promise(setImmediate);
      cluster.endWatches(error);

      expect(await step).toEqual({ done: true, value: error });
    });

    it('says when all that was there has been told', async () => {
      const cluster = memoryCluster();
      cluster.seed(CONFIG_MAPS, settings());
      const { next } = watching(cluster, '0');

      expect(await next()).toMatchObject({ value: { type: 'ADDED' } });
      expect(await next()).toMatchObject({
        value: {
          type: 'BOOKMARK',
          object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
        },
      });
    });
  });

  describe('seed', () => {
    it('keeps status and metadata as given, and adds what is missing', () => {
      const cluster = memoryCluster();
      const metadata = { uid: 'mine', generation: 7 };
      const seeded = cluster.seed(KUBEFED_CLUSTERS, {
        ...member(metadata),
        status: { conditions: [] },
      });

      expect(seeded).toMatchObject({
        metadata: { uid: 'mine', generation: 7, creationTimestamp: '2026-01-01T00:00:00Z' },
        status: { conditions: [] },
      });
      expect(cluster.peekAll(KUBEFED_CLUSTERS)).toEqual([seeded]);
    });

    it('writes over what is there, under its uid', async () => {
      const cluster = memoryCluster();
      const before = cluster.seed(CONFIG_MAPS, settings());
      const after = cluster.seed(CONFIG_MAPS, { ...settings(), data: {} });

      expect(Object(after['metadata'])['uid']).toBe(Object(before['metadata'])['uid']);
      expect(after).toMatchObject({ data: {}, metadata: { resourceVersion: '3' } });
    });
  });

  it('leaves a terminating namespace alone where nobody empties it', async () => {
    const cluster = memoryCluster({ namespaceController: false });
    cluster.seed(CONFIG_MAPS, settings());
    await cluster.create(NAMESPACES, { metadata: { name: 'shop' } });
    await cluster.delete(NAMESPACES, { name: 'shop' });

    expect(cluster.peek(NAMESPACES, { name: 'shop' })).toMatchObject({
      status: { phase: 'Terminating' },
    });
    expect(cluster.peek(CONFIG_MAPS, KEY)).toBeDefined();
  });

  it('keeps a namespace with a finalizer of its own until that is gone', async () => {
    const cluster = memoryCluster();
    const metadata = { name: 'shop', finalizers: ['example.com/a'] };
    await cluster.create(NAMESPACES, { metadata });
    await cluster.create(CONFIG_MAPS, settings());
    await cluster.delete(NAMESPACES, { name: 'shop' });

    expect(cluster.peekAll(CONFIG_MAPS)).toEqual([]);
    expect(cluster.peek(NAMESPACES, { name: 'shop' })).toBeDefined();
    await cluster.patch(NAMESPACES, { name: 'shop' }, { metadata: { finalizers: null } });
    expect(cluster.peek(NAMESPACES, { name: 'shop' })).toBeUndefined();
  });

  it('lets admission change or refuse what is written', async () => {
    const cluster = memoryCluster({
      admit: (_, object) =>
        Object(object['data'])['color'] === 'red'
          ? { ok: true, value: { ...object, data: { color: 'crimson' } } }
          : { ok: false, error: { kind: 'Invalid', status: 422, message: 'only red' } },
    });
    await cluster.create(CONFIG_MAPS, settings());

    expect(cluster.peek(CONFIG_MAPS, KEY)).toMatchObject({ data: { color: 'crimson' } });
    expect(await cluster.patch(CONFIG_MAPS, KEY, { data: { color: 'blue' } })).toMatchObject({
      error: { message: 'only red' },
    });
  });

  it('lets rules be replaced', async () => {
    const cluster = memoryCluster({
      rules: { hasStatus: () => false, hasGeneration: () => false },
    });
    const created = await cluster.create(KUBEFED_CLUSTERS, { ...member(), status: { a: 1 } });

    expect(created).toMatchObject({ value: { status: { a: 1 } } });
    expect(created).not.toHaveProperty('value.metadata.generation');
  });
});

function watching(cluster: ReturnType<typeof memoryCluster>, resourceVersion = '1') {
  const signal = new AbortController().signal;
  const watch = cluster.watch(CONFIG_MAPS, { resourceVersion, timeoutSeconds: 60, signal });
  return { next: (): Promise<IteratorResult<WatchEvent, unknown>> => watch.next() };
}
