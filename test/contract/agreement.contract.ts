import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, LEASES, NAMESPACES } from '../../lib/model/resources.ts';
import type { ApiResult, Cluster } from '../../lib/ports.ts';
import {
  accepted,
  eventsUntil,
  freshName,
  key,
  NAMESPACE,
  ROLES,
  SERVICE_ACCOUNTS,
  typed,
  WIDGETS,
} from './subject.ts';

interface Kind {
  readonly resource: Resource;
  /** what objects may have in them besides metadata */
  readonly contents: readonly JsonObject[];
}

const rule = (verb: string) => ({ apiGroups: [''], resources: ['pods'], verbs: [verb] });
const KINDS: readonly Kind[] = [
  {
    resource: WIDGETS,
    contents: [
      {},
      { spec: { size: 1 }, status: { ready: true } },
      { spec: { list: [{ a: null }] } },
    ],
  },
  { resource: CONFIG_MAPS, contents: [{ data: { a: '1' } }, { data: { a: '2', b: '3' } }] },
  {
    resource: LEASES,
    contents: [{ spec: { holderIdentity: 'a' } }, { spec: { holderIdentity: 'b' } }],
  },
  { resource: SERVICE_ACCOUNTS, contents: [{}] },
  { resource: ROLES, contents: [{ rules: [rule('get')] }, { rules: [rule('list')] }] },
];
const ACTS = [
  'create',
  'replace',
  'restore',
  'patch',
  'status',
  'release',
  'delete',
  'get',
] as const;
const FINALIZERS = ['example.com/a', 'example.com/b'];

const step = fc.record({
  act: fc.constantFrom(...ACTS),
  kind: fc.nat({ max: KINDS.length - 1 }),
  name: fc.constantFrom('x', 'y'),
  content: fc.nat({ max: 2 }),
  status: fc.option(fc.record({ ready: fc.boolean() }), { nil: undefined }),
  labels: fc.option(fc.constantFrom({}, { a: 'b' }, { c: 'd' }), { nil: undefined }),
  finalizers: fc.option(fc.subarray(FINALIZERS), { nil: undefined, freq: 3 }),
  /** which of the states seen before it builds upon, the newest being 0 */
  ago: fc.nat({ max: 2 }),
  preconditions: fc.subarray(['uid', 'resourceVersion']),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Makes uids and versions of one cluster comparable: they are numbered in the order of their appearance. */
function normalizer() {
  const ordinals = new Map<string, string>();

  return function normal(value: JsonValue | undefined, field = ''): JsonValue | undefined {
    if (Array.isArray(value)) return value.map((item) => normal(item) ?? null);
    if (typeof value === 'object' && value !== null) {
      const names = Object.keys(value).filter((name) => name !== 'managedFields');
      return Object.fromEntries(names.sort().map((name) => [name, normal(value[name], name)]));
    }
    if (/Timestamp$/.test(field)) return 'a time';
    if (field !== 'uid' && field !== 'resourceVersion') return value;
    const id = `${field} ${value}`;
    const ordinal = ordinals.get(id) ?? `${field} ${ordinals.size}`;
    ordinals.set(id, ordinal);
    return ordinal;
  };
}

/** Plays steps on one cluster, and remembers what it has seen of it. */
function player(cluster: Cluster, prefix: string) {
  const normal = normalizer();
  const seen = new Map<string, JsonObject[]>();

  return {
    async play(one: Step): Promise<unknown> {
      const name = `${prefix}-${one.kind}-${one.name}`;
      const states = seen.get(name) ?? [];
      const result = await call(cluster, name, one, states[one.ago]);
      if (!result.ok) return { kind: result.error.kind, status: result.error.status };
      if (result.value['kind'] !== 'Status') seen.set(name, [result.value, ...states]);
      return normal(result.value);
    },
    /** What watches tell of all that was played, kind by kind. */
    async events(since: string): Promise<unknown[]> {
      const told: unknown[] = [];
      for (const { resource, contents } of KINDS) {
        const last = `${prefix}-last`;
        accepted(await cluster.create(resource, { ...typed(resource, last), ...contents[0] }));
        const options = { resourceVersion: since, namespace: NAMESPACE };
        const events = await eventsUntil(cluster, resource, last, options);
        told.push(...events.map(({ type, object }) => ({ type, object: normal(object) })));
      }
      return told;
    },
  };
}

/** @param base a state of the object as it was seen before */
function call(
  cluster: Cluster,
  name: string,
  one: Step,
  base: JsonObject | undefined,
): Promise<ApiResult> {
  const { resource, contents } = kindOf(one);
  const { labels, finalizers } = one;
  const known = Object(base?.['metadata']);
  const preconditions = Object.fromEntries(one.preconditions.map((field) => [field, known[field]]));
  const content = contents[one.content % contents.length];
  switch (one.act) {
    case 'create':
      return cluster.create(resource, {
        ...typed(resource, name, { labels, finalizers }),
        ...content,
      });
    case 'replace': {
      const metadata = { labels, finalizers, ...preconditions };
      return cluster.replace(resource, { ...typed(resource, name, metadata), ...content });
    }
    case 'restore':
      return cluster.replace(resource, base ?? { ...typed(resource, name), ...content });
    case 'patch': {
      const metadata = { labels, finalizers, ...preconditions };
      return cluster.patch(resource, key(name), { ...content, metadata });
    }
    case 'status':
      return cluster.patch(resource, key(name), { status: one.status ?? null }, 'status');
    case 'release':
      return cluster.patch(resource, key(name), { metadata: { finalizers: null } });
    case 'delete':
      return cluster.delete(resource, key(name), { preconditions });
    default:
      return cluster.get(resource, key(name));
  }
}

function kindOf(one: Step): Kind {
  const kind = KINDS[one.kind];
  if (kind === undefined) throw new Error(`there is no kind ${one.kind}`);
  return kind;
}

/** Whatever is done to two clusters, they answer alike and tell alike. */
export function agreementContract(
  left: () => Promise<Cluster>,
  right: () => Promise<Cluster>,
): void {
  describe('two clusters', () => {
    it('answer and tell alike, whatever is done', async () => {
      const clusters = [await left(), await right()];
      for (const cluster of clusters) {
        await cluster.create(NAMESPACES, typed(NAMESPACES, NAMESPACE));
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }),
          async (steps) => {
            const prefix = freshName('agree');
            const [one, other] = clusters.map((cluster) => player(cluster, prefix));
            if (one === undefined || other === undefined) throw new Error('two players are needed');
            const sinces = await Promise.all(clusters.map(newest));
            for (const next of steps) expect(await one.play(next)).toEqual(await other.play(next));

            expect(await one.events(sinces[0] ?? '')).toEqual(await other.events(sinces[1] ?? ''));
          },
        ),
        { numRuns: 30 },
      );
    }, 120_000);
  });
}

async function newest(cluster: Cluster): Promise<string> {
  return accepted(await cluster.list(WIDGETS, { namespace: NAMESPACE })).resourceVersion;
}
