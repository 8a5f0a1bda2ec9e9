import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MemoryCluster, memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { KUBEFED_CLUSTERS as THINGS } from '../../../lib/model/resources.ts';

const NAMESPACE = 'shop';
const step = fc.record({
  act: fc.constantFrom('create', 'label', 'edit', 'status', 'delete', 'hold', 'release'),
  name: fc.constantFrom('a', 'b', 'c'),
  value: fc.constantFrom('x', 'y'),
});

async function play(
  cluster: MemoryCluster,
  { act, name, value }: { act: string; name: string; value: string },
) {
  const key = { namespace: NAMESPACE, name };
  const metadata = (fields: JsonObject) => cluster.patch(THINGS, key, { metadata: fields });
  switch (act) {
    case 'create':
      return cluster.create(THINGS, {
        metadata: { ...key, labels: { app: value } },
        spec: { value },
      });
    case 'label':
      return metadata({ labels: { app: value } });
    case 'edit':
      return cluster.patch(THINGS, key, { spec: { value } });
    case 'status':
      return cluster.patch(THINGS, key, { status: { value } }, 'status');
    case 'hold':
      return metadata({ finalizers: ['example.com/a'] });
    case 'release':
      return metadata({ finalizers: null });
    default:
      return cluster.delete(THINGS, key);
  }
}

/** What a client knows that has listed nothing and then watched. */
async function replay(cluster: MemoryCluster, labelSelector: string): Promise<JsonObject[]> {
  const known = new Map<string, JsonObject>();
  const end = new AbortController();
  const options = { resourceVersion: '1', labelSelector, timeoutSeconds: 60, signal: end.signal };
  let lastVersion = 0;
  const watch = cluster.watch(THINGS, options);
  let next = watch.next();
  await new Promise(setImmediate);
  cluster.bookmark();
  for (;;) {
    const event = (await next).value;
    if (event === undefined || !('type' in event) || event.type === 'BOOKMARK') break;
    const { name, resourceVersion } = Object(event.object['metadata']);
    expect(Number(resourceVersion)).toBeGreaterThan(lastVersion);
    expect(known.has(name)).toBe(event.type !== 'ADDED');
    lastVersion = Number(resourceVersion);
    if (event.type === 'DELETED') known.delete(name);
    else known.set(name, event.object);
    next = watch.next();
  }
  end.abort();
  return [...known.keys()].sort().map((name) => known.get(name) ?? {});
}

describe('watchStore', () => {
  it.each(['', 'app=x', '!app'])(
    'tells enough to know what a list with %j would show',
    async (selector) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const cluster = memoryCluster();
          for (const one of steps) await play(cluster, one);

          const listed = await cluster.list(THINGS, { labelSelector: selector });
          expect(listed).toEqual({
            ok: true,
            value: {
              items: await replay(cluster, selector),
              resourceVersion: expect.stringMatching(/^\d+$/),
            },
          });
        }),
        { numRuns: 60 },
      );
    },
  );
});
