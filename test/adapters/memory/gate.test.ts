import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { MemoryCall } from '../../../lib/adapters/memory/gate.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import type { ApiError, WatchEvent } from '../../../lib/ports.ts';

const KEY = { namespace: 'shop', name: 'settings' };
const settings = (metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...KEY, ...metadata },
  data: { color: 'red' },
});
const BROKEN: ApiError = { kind: 'ServerError', message: 'broken' };

describe('gateOf', () => {
  it('counts calls by verb, refused ones too', async () => {
    const cluster = memoryCluster();
    await cluster.get(CONFIG_MAPS, KEY);
    await cluster.create(CONFIG_MAPS, settings());
    await cluster.patch(CONFIG_MAPS, KEY, {});
    await cluster.patch(CONFIG_MAPS, KEY, {}, 'status');
    await cluster.replace(CONFIG_MAPS, settings());
    await cluster.list(CONFIG_MAPS);
    await cluster.delete(CONFIG_MAPS, KEY);
    await cluster.raw('/healthz', 3);
    cluster.seed(CONFIG_MAPS, settings());
    cluster.peekAll(CONFIG_MAPS);

    expect(cluster.calls).toEqual({
      ...{ get: 1, list: 1, create: 1, patch: 2, replace: 1, watch: 0, raw: 1 },
      ...{ delete: 1 },
    });
  });

  describe('fail', () => {
    it('is asked about every call', async () => {
      const asked: MemoryCall[] = [];
      const cluster = memoryCluster({
        fail: (call) => {
          asked.push(call);
          return undefined;
        },
      });
      await cluster.create(CONFIG_MAPS, settings());
      await cluster.patch(CONFIG_MAPS, KEY, {}, 'status');
      await cluster.list(CONFIG_MAPS, { namespace: 'shop' });
      await cluster.raw('/healthz', 3);

      expect(asked).toEqual([
        { verb: 'create', resource: CONFIG_MAPS, key: KEY },
        { verb: 'patch', resource: CONFIG_MAPS, key: KEY, subresource: 'status' },
        { verb: 'list', resource: CONFIG_MAPS, key: { namespace: 'shop' } },
        { verb: 'raw', key: {} },
      ]);
    });

    it('stops a call before it does anything', async () => {
      const cluster = memoryCluster({ fail: () => BROKEN });

      expect(await cluster.create(CONFIG_MAPS, settings())).toEqual({ ok: false, error: BROKEN });
      expect(cluster.peekAll(CONFIG_MAPS)).toEqual([]);
    });

    it('can lose the answer of a write that was done', async () => {
      const lost: ApiError = { kind: 'TimedOut', message: 'no answer' };
      const cluster = memoryCluster({ fail: () => ({ ...lost, applied: true }) });

      expect(await cluster.create(CONFIG_MAPS, settings())).toEqual({ ok: false, error: lost });
      expect(cluster.peekAll(CONFIG_MAPS)).toHaveLength(1);
    });

    it('can take its time and be changed', async () => {
      const clock = virtualClock();
      const cluster = memoryCluster({ clock });
      cluster.fail = async () => {
        await clock.sleep(500);
        return undefined;
      };
      let isDone = false;
      const call = cluster.get(CONFIG_MAPS, KEY).then(() => {
        isDone = true;
      });

      await clock.advance(499);
      expect(isDone).toBe(false);
      await clock.advance(1);
      await call;
      expect(isDone).toBe(true);
    });

    it('breaks a watch at its start', async () => {
      const cluster = memoryCluster({ fail: () => BROKEN });
      const options = {
        resourceVersion: '1',
        timeoutSeconds: 9,
        signal: new AbortController().signal,
      };

      expect(await cluster.watch(CONFIG_MAPS, options).next()).toEqual({
        done: true,
        value: BROKEN,
      });
    });
  });

  describe('down', () => {
    it('makes every call unreachable until it is up again', async () => {
      const cluster = memoryCluster();
      cluster.down = true;

      expect(await cluster.get(CONFIG_MAPS, KEY)).toMatchObject({ error: { kind: 'Unreachable' } });
      expect(await cluster.raw('/healthz', 3)).toMatchObject({ error: { kind: 'Unreachable' } });
      cluster.down = false;
      expect((await cluster.create(CONFIG_MAPS, settings())).ok).toBe(true);
    });

    it('breaks open watches', async () => {
      const cluster = memoryCluster();
      const { next } = watching(cluster);
      const step = next();
      await new Promise(setImmediate);
      cluster.down = true;

      expect(await step).toMatchObject({ done: true, value: { kind: 'Unreachable' } });
    });
  });
});

function watching(cluster: ReturnType<typeof memoryCluster>, resourceVersion = '1') {
  const signal = new AbortController().signal;
  const watch = cluster.watch(CONFIG_MAPS, { resourceVersion, timeoutSeconds: 60, signal });
  return { next: (): Promise<IteratorResult<WatchEvent, unknown>> => watch.next() };
}
