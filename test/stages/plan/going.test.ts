import { describe, expect, it } from 'vitest';
import { DONE } from '../../../lib/stages/verdict.ts';
import { A, inSync } from '../config-map-a.ts';
import { SHOP, testFederation } from '../federation.ts';
import { CONFIG_MAP, NAMESPACE } from '../objects.ts';
import { FINALIZER, withObject } from './with-object.ts';

describe('plan of objects that go', () => {
  it('deletes an object whose placement cannot be read from wherever it is on record', async () => {
    const federation = await inSync();
    const placement = { clusters: 'everywhere' };
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.jobs.sent).toMatchObject([
      { cluster: 'east', action: 'remove' },
      { cluster: 'west', action: 'remove' },
    ]);
  });

  it('takes an object out of members when its namespace is not federated any more', async () => {
    const federation = await inSync();
    await federation.host.delete(NAMESPACE.federated, { namespace: SHOP, name: SHOP });
    await federation.clock.advance(10);
    const namespaceRevision = federation.clock.nowMs();
    await federation.plan([federation.change(CONFIG_MAP, 'a', { namespaceRevision })]);

    expect(federation.jobs.sent).toMatchObject([
      { cluster: 'east', action: 'remove', plan: { reason: 'NamespaceNotFederated' } },
      { cluster: 'west', action: 'remove' },
    ]);
  });

  it('has nothing to say of a FederatedNamespace of the wrong name', async () => {
    const federation = testFederation();
    await federation.plan([federation.change(NAMESPACE, 'other')]);

    expect([...federation.jobs.sent, ...federation.outcomes.sent]).toEqual([]);
  });

  it('leaves a deleted object alone that does not carry our finalizer', async () => {
    const finalizers = ['example.com/hold'];
    const federation = await withObject({ metadata: { finalizers } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.plan([federation.told]);

    expect([...federation.jobs.sent, ...federation.outcomes.sent]).toEqual([]);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({ metadata: { finalizers } });
  });

  it('lets go at once of a deleted object that is nowhere', async () => {
    const federation = await withObject({ clusters: [], metadata: { finalizers: [FINALIZER] } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.settle([federation.told]);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('releases what drifted in members when the federated object is gone', async () => {
    const federation = testFederation();
    const drift = (cluster: string) =>
      federation.change(CONFIG_MAP, 'gone', { cause: 'drift', cluster });
    await federation.plan([drift('east'), drift('west')]);

    expect(federation.jobs.sent).toMatchObject([
      { cluster: 'east', action: 'release' },
      { cluster: 'west', action: 'release' },
    ]);
  });

  it('has nothing to do for an object that is gone', async () => {
    const federation = testFederation();

    expect(await federation.plan([federation.change(CONFIG_MAP, 'gone')])).toEqual([DONE]);
    expect([...federation.jobs.sent, ...federation.outcomes.sent]).toEqual([]);
  });
});
