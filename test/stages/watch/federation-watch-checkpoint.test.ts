import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import type { FederationWatch } from '../../../lib/stages/watch/federation-watch.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { A, RED } from '../config-map-a.ts';
import type { TestFederation } from '../federation.ts';
import { CONFIG_MAP } from '../objects.ts';
import { EAST, settle, start, told, watched } from './watched.ts';

describe('federationWatch checkpoint', () => {
  it('lets a successor go on without listing anything but types, clusters and config', async () => {
    const { federation, watch, createFederated, host, member } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    const checkpoint = await stopped(federation, watch);
    const lists = [host.calls.list, member('east').calls.list];
    await host.patch(CONFIG_MAP.federated, A, { metadata: { labels: { team: 'x' } } });
    start(federation, checkpoint);
    await federation.clock.advance(10);

    expect(told(federation)).toEqual(['edit: configmaps shop/a']);
    expect([host.calls.list, member('east').calls.list]).toEqual([Number(lists[0]) + 3, lists[1]]);
  });

  it('shows a successor what changed of the federation while nobody watched', async () => {
    const { federation, watch, host } = await watched();
    const checkpoint = await stopped(federation, watch);
    start(federation, checkpoint);
    await federation.clock.advance(10);
    expect(told(federation)).toEqual([]);

    await host.patch(KUBEFED_CLUSTERS, EAST, { metadata: { labels: { tier: 'gold' } } });
    start(federation, checkpoint);
    await federation.clock.advance(10);
    expect(told(federation)).toContain('cluster: all of * in *');
  });

  it('shows it also that a cluster was away and is back', async () => {
    const { federation, watch, host } = await watched();
    const checkpoint = await stopped(federation, watch);
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: 'later' }];
    await host.patch(KUBEFED_CLUSTERS, EAST, { status: { conditions } }, 'status');
    start(federation, checkpoint);
    await federation.clock.advance(10);

    expect(told(federation)).toContain('cluster: all of * in *');
  });

  it('waits for messages that have not been taken, and for drifts that have not been judged', async () => {
    const { federation, watch, createFederated, member, clock, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    let made = 0;
    const make = () =>
      void watch.checkpoint().then(() => {
        made += 1;
      });
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1);
    make();
    await clock.advance(1_900);
    expect(made).toBe(0);
    changes.refusal = new Error('queue away');
    await clock.advance(5_000);
    expect(made).toBe(0);

    changes.refusal = undefined;
    await clock.advance(500);
    expect(made).toBe(1);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });

  it('judges and sends what is left when it stops', async () => {
    const { federation, watch, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1);
    await stopped(federation, watch);

    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });
});

async function stopped(federation: TestFederation, watch: FederationWatch): Promise<Checkpoint> {
  const stopping = watch.stop();
  await federation.clock.advance(10);
  return stopping;
}
