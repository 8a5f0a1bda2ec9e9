import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { memoryLog } from '../../../lib/adapters/memory/log.ts';
import { type JsonObject, stringAt } from '../../../lib/model/json.ts';
import type { ApiResult, Cluster } from '../../../lib/ports.ts';
import { memberConnections } from '../../../lib/stages/watch/member-connections.ts';
import { kubeFedCluster } from '../objects.ts';

function setUp() {
  const clock = virtualClock();
  const stopping = new AbortController();
  const tries: string[] = [];
  const refused = new Set<string>();
  const slow = new Map<string, number>();
  let news = 0;
  const members = {
    async connect(object: JsonObject): Promise<ApiResult<Cluster>> {
      const name = stringAt(object, 'metadata', 'name') ?? '';
      const endpoint = stringAt(object, 'spec', 'apiEndpoint') ?? '';
      tries.push(name);
      await clock.sleep(slow.get(endpoint) ?? 0);
      if (refused.has(name)) {
        return { ok: false, error: { kind: 'Unreachable', message: 'no credentials' } };
      }
      return { ok: true, value: Object.assign(memoryCluster({ name: endpoint }), { endpoint }) };
    },
  };
  const connections = memberConnections(
    { members, clock, log: memoryLog() },
    stopping.signal,
    () => {
      news += 1;
    },
  );
  const follow = (...clusters: JsonObject[]) =>
    connections.follow(new Map(clusters.map((c) => [stringAt(c, 'metadata', 'name') ?? '', c])));
  const connected = () =>
    connections.connected().map(({ name, cluster }) => `${name} ${Object(cluster).endpoint}`);
  return { clock, stopping, tries, refused, slow, follow, connected, news: () => news };
}

function cluster(name: string, apiEndpoint: string, more: JsonObject = {}): JsonObject {
  return { ...kubeFedCluster(name), spec: { apiEndpoint }, ...more };
}

describe('memberConnections', () => {
  it('connects to new members and lets go of those that left', async () => {
    const { follow, connected, news } = setUp();
    await follow(cluster('east', 'e1'), cluster('west', 'w1'));
    expect(connected()).toEqual(['east e1', 'west w1']);
    expect(news()).toBe(1);

    await follow(cluster('west', 'w1'));
    expect(connected()).toEqual(['west w1']);
    expect(news()).toBe(1);
  });

  it('connects anew when the way to a member has changed, and only then', async () => {
    const { follow, connected, tries } = setUp();
    await follow(cluster('east', 'e1'));
    await follow(cluster('east', 'e1', { status: { conditions: [] } }));
    expect(tries).toEqual(['east']);

    await follow(cluster('east', 'e2'));
    expect(connected()).toEqual(['east e2']);
  });

  it('tries a member again that cannot be connected to, until it stops', async () => {
    const { follow, connected, tries, refused, clock, stopping, news } = setUp();
    refused.add('east');
    await follow(cluster('east', 'e1'), cluster('west', 'w1'));
    expect(connected()).toEqual(['west w1']);
    await clock.advance(30_000);
    expect(tries.filter((name) => name === 'east')).toHaveLength(3);

    refused.clear();
    await clock.advance(15_000);
    expect(connected()).toEqual(['west w1', 'east e1']);
    expect(news()).toBe(2);
    stopping.abort();
  });

  it('does not try on when it has been stopped', async () => {
    const { follow, tries, refused, clock, stopping } = setUp();
    refused.add('east');
    await follow(cluster('east', 'e1'));
    stopping.abort();
    await clock.advance(60_000);

    expect(tries).toEqual(['east']);
  });

  it('keeps the newest way to a member, whichever connection is made last', async () => {
    const { follow, connected, slow, clock } = setUp();
    slow.set('e1', 1_000);
    const first = follow(cluster('east', 'e1'));
    const second = follow(cluster('east', 'e2'));
    await clock.advance(2_000);
    await Promise.all([first, second]);

    expect(connected()).toEqual(['east e2']);
  });

  it('does not connect to a member that has left meanwhile', async () => {
    const { follow, connected, slow, clock } = setUp();
    slow.set('e1', 1_000);
    const first = follow(cluster('east', 'e1'));
    await follow();
    await clock.advance(2_000);
    await first;

    expect(connected()).toEqual([]);
  });
});
