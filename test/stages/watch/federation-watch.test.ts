import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { ECHOES_DROPPED, WATCH_EVENTS } from '../../../lib/model/metric-names.ts';
import { NAMESPACES } from '../../../lib/model/resources.ts';
import { A, RED } from '../config-map-a.ts';
import { SHOP } from '../federation.ts';
import { CONFIG_MAP, NAMESPACE } from '../objects.ts';
import { IN_SHOP, settle, told, watched } from './watched.ts';

describe('federationWatch of the host', () => {
  it('tells a new object at once, and that it is bare', async () => {
    const { federation, clock, createFederated, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await clock.advance(1);

    expect(changes.sent).toMatchObject([
      { ...A, cause: 'edit', seenAtMs: clock.nowMs() - 1, bareResourceVersion: expect.any(String) },
    ]);
    expect(told(federation)).toHaveLength(1);
  });

  it('tells nothing of what this program writes itself', async () => {
    const { federation, createFederated, changes, metrics, host } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusters: [{ name: 'east' }, { name: 'west' }] },
    });
    const writes = host.calls.patch;
    const echoes = metrics.total(ECHOES_DROPPED);
    await settle(federation);

    expect(changes.sent).toEqual([]);
    expect(host.calls.patch).toBe(writes);
    expect(echoes).toBeGreaterThan(0);
    expect(metrics.total(WATCH_EVENTS)).toBeGreaterThan(echoes);
  });

  it.each<[string, JsonObject]>([
    ['an edit', { spec: { template: { data: { color: 'green' } } } }],
    ['a label', { metadata: { labels: { team: 'x' } } }],
    ['a finalizer that is taken off', { metadata: { finalizers: null } }],
  ])('tells %s', async (_, patch) => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.patch(CONFIG_MAP.federated, A, patch);
    await clock.advance(1);

    expect(told(federation)).toEqual(['edit: configmaps shop/a']);
  });

  it('tells a deletion once, not its end', async () => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(CONFIG_MAP.federated, A);
    await clock.advance(1);
    expect(told(federation)).toEqual(['edit: configmaps shop/a']);

    await host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await clock.advance(1);
    expect(told(federation)).toEqual([]);
  });

  it('has the contents of a namespace looked at when its FederatedNamespace changes or goes', async () => {
    const { federation, createFederated, host, clock, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.patch(NAMESPACE.federated, IN_SHOP, { spec: { placement: { clusters: [] } } });
    await clock.advance(1);
    const contents = 'namespace: all of * in shop';
    expect(told(federation).sort()).toEqual(['edit: namespaces shop/shop', contents]);

    await host.patch(NAMESPACE.federated, IN_SHOP, { metadata: { finalizers: null } });
    await clock.advance(1);
    told(federation);
    await host.delete(NAMESPACE.federated, IN_SHOP);
    await clock.advance(1);
    expect(told(federation)).toEqual([contents]);

    await host.patch(CONFIG_MAP.federated, A, { spec: { template: {}, overrides: [] } });
    await clock.advance(1);
    expect(changes.sent).toMatchObject([{ namespaceRevision: clock.nowMs() - 2 }]);
  });

  it('waits with the contents until a FederatedNamespace that is being deleted is gone', async () => {
    const { federation, host, clock } = await watched();
    await host.delete(NAMESPACE.federated, IN_SHOP);
    await clock.advance(1);

    expect(told(federation)).toEqual(['edit: namespaces shop/shop']);
  });

  it('has the contents of a namespace deleted that is being deleted', async () => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(NAMESPACES, { name: SHOP });
    await clock.advance(1);

    expect(told(federation)).toContain('namespace: all of terminating * in shop');
    expect(told(federation)).toEqual([]);
  });

  it('sweeps everything after a gap in what it knows of FederatedNamespaces', async () => {
    const { federation, host, clock } = await watched();
    host.fail = ({ verb }) =>
      verb === 'watch' ? { kind: 'Unreachable', message: 'no route' } : undefined;
    host.endWatches();
    await clock.advance(1);
    host.seed({ ...NAMESPACES, plural: 'nodes', kind: 'Node' }, { metadata: { name: 'x' } });
    host.compact();
    host.fail = undefined;
    await clock.advance(5_000);

    expect(told(federation)).toContain('namespace: all of * in *');
  });
});
