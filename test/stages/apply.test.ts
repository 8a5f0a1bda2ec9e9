import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { DONE, RETRY } from '../../lib/stages/verdict.ts';
import { planned, refusing, results } from './apply/jobs.ts';
import { A, GREEN } from './config-map-a.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

describe('apply', () => {
  it('reads the federated object once for all members', async () => {
    const federation = await planned();
    const before = federation.host.calls.get;
    await federation.apply(federation.given);

    expect(federation.host.calls.get - before).toBe(1);
  });

  it('does not let a slow member hold up what another has to report', async () => {
    const federation = await planned();
    federation.member('west').fail = async () => {
      await federation.clock.sleep(3_000);
      return undefined;
    };
    const applying = federation.apply(federation.given);
    await federation.clock.advance(1_000);
    expect(results(federation)).toMatchObject([{ cluster: 'east', code: 'OK' }]);

    await federation.clock.advance(3_000);
    expect(await applying).toEqual([DONE, DONE]);
    expect(results(federation)).toMatchObject([{ cluster: 'east' }, { cluster: 'west' }]);
  });

  it('stops trying a member that has been found dead', async () => {
    const federation = await planned({ clusters: ['east'] });
    await federation.clock.advance(10_000);
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: false }));

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ cluster: 'east', code: 'ClusterNotReady' }]);
  });

  it('drops a job for a member that has left the federation', async () => {
    const federation = await planned({ clusters: ['east'] });
    await federation.clock.advance(10_000);
    await federation.host.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name: 'east' });

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
  });

  it('does not remember what it has read when it tries again', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = refusing('create', {});
    await federation.apply(federation.given);
    federation.member('east').fail = undefined;
    federation.outcomes.take();
    await federation.host.patch(CONFIG_MAP.federated, A, GREEN);

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
  });

  it('does not call a later report the first', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = refusing('create', {}, 1);
    await federation.apply(federation.given);
    await federation.apply(federation.given, 2);

    expect(federation.outcomes.sent).toMatchObject([
      { plan: { fresh: true }, results: [{ code: 'CreationFailed' }] },
      { plan: { fresh: false }, results: [{ code: 'OK' }] },
    ]);
  });

  it('tries again when the host cannot be read', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.host.fail = refusing('get', { kind: 'Unreachable' });

    expect(await federation.apply(federation.given)).toEqual([RETRY]);
    expect(federation.log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'job not applied, trying again',
      fields: { cluster: 'east', name: 'a' },
    });
  });

  it('applies the newest of several jobs of one object in one member', async () => {
    const federation = await planned({ clusters: ['east'] });
    const [first] = federation.given;
    await federation.host.patch(CONFIG_MAP.federated, A, GREEN);
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);
    const jobs = [...federation.given, ...federation.jobs.take()];
    expect(first?.cluster).toBe('east');
    await federation.apply(jobs.filter(({ cluster }) => cluster === 'east'));

    expect(federation.outcomes.sent).toMatchObject([{ plan: { generation: 2 } }]);
    expect(federation.member('east').calls.create).toBe(1);
  });

  it('waits for all jobs before the batch fails because a report is not taken', async () => {
    const federation = await planned();
    federation.outcomes.refusal = new Error('queue away');
    let finished = false;
    federation.member('west').fail = async () => {
      await federation.clock.sleep(3_000);
      finished = true;
      return undefined;
    };
    const applying = federation.apply(federation.given).catch((error) => ({ error, finished }));
    await federation.clock.advance(5_000);

    expect(await applying).toMatchObject({ error: new Error('queue away'), finished: true });
  });
});
