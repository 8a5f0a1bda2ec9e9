import { describe, expect, it } from 'vitest';
import { lookAtOne, type Sight, showSights } from '../../../lib/cli/run-status.ts';
import { objectView } from '../../../lib/cli/status/object-view.ts';
import { readObjectFacts } from '../../../lib/cli/status/read-object.ts';
import { SHOP, testFederation } from '../../stages/federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, NAMESPACE, placedIn } from '../../stages/objects.ts';
import { failureOf, fakeClock, fakeTerminal } from '../fixtures.ts';
import { fakeMembers, portsOf } from './sights.ts';

const REQUEST = { kind: 'configmap', name: 'app', namespace: SHOP };

/** A ConfigMap placed in east and west and in nowhere, which nobody joined; west refuses it. */
async function federationWithApp() {
  const federation = testFederation({ members: ['east', 'west', 'spare'] });
  federation.member('west').fail = ({ verb, resource }) =>
    verb === 'create' && resource?.kind === 'ConfigMap'
      ? { kind: 'Forbidden', message: 'quota' }
      : undefined;
  await federation.settle([
    federation.change(NAMESPACE, SHOP),
    await federation.createFederated(CONFIG_MAP, {
      name: 'app',
      clusters: ['east', 'nowhere', 'west'],
    }),
  ]);
  const members = fakeMembers(federation.memberClusters);
  return { ...federation, seen: { ...portsOf(federation), members } };
}

describe('objectView', () => {
  it('tells for each cluster where the object should be, is said to be, and is', async () => {
    const { seen } = await federationWithApp();
    const view = objectView(await readObjectFacts(seen, KUBEFED_NAMESPACE, REQUEST));

    expect(view).toMatchObject({
      ...{ kind: 'FederatedConfigMap', propagated: 'False', reason: 'CheckClusters' },
      members: [
        { cluster: 'east', placed: 'yes', ready: true, code: 'OK', message: '' },
        {
          cluster: 'nowhere',
          placed: 'unknown',
          ready: false,
          code: 'NotPlaced',
          message: 'no cluster of this name has joined',
        },
        { cluster: 'west', placed: 'yes', code: 'CreationFailed', live: 'absent' },
      ],
    });
    const [east] = view.members;
    expect(east?.live).toBe(east?.recorded);
  });

  it('tells of a cluster that it has left and that still holds it', async () => {
    const federation = await federationWithApp();
    const key = { namespace: SHOP, name: 'app' };
    await federation.host.patch(CONFIG_MAP.federated, key, { spec: { placement: placedIn() } });
    const view = objectView(await readObjectFacts(federation.seen, KUBEFED_NAMESPACE, REQUEST));

    expect(view.members).toMatchObject([
      { cluster: 'east', placed: 'no', code: 'OK' },
      { cluster: 'west', placed: 'no', code: 'CreationFailed' },
    ]);
    expect(view).toMatchObject({ generation: 2, observedGeneration: 1 });
  });

  it('says what a member did not tell', async () => {
    const federation = await federationWithApp();
    federation.member('west').down = true;
    federation.memberClusters.delete('east');
    const members = fakeMembers(federation.memberClusters);
    const ports = { ...federation.seen, members };
    const view = objectView(await readObjectFacts(ports, KUBEFED_NAMESPACE, REQUEST));

    expect(view.notSeen).toEqual([
      'east: no credentials for east',
      'west: ECONNREFUSED: the cluster is down',
    ]);
    expect(view.members.map(({ live }) => live)).toEqual([undefined, undefined, undefined]);
  });

  it('asks only the members concerned, once each, and no member with the host alone', async () => {
    const federation = await federationWithApp();
    const { host } = federation;
    const spare = federation.member('spare');
    const east = federation.member('east');
    const before = { host: host.calls.get + host.calls.list, east: east.calls.get };
    await readObjectFacts(federation.seen, KUBEFED_NAMESPACE, REQUEST);
    const { host: side } = federation.seen;
    await readObjectFacts({ host: side }, KUBEFED_NAMESPACE, REQUEST);

    expect(host.calls.get + host.calls.list - before.host).toBe(2 * 9);
    expect(east.calls.get - before.east).toBe(1);
    expect(spare.calls.get).toBe(0);
  });
});

describe('readObjectFacts', () => {
  it.each(['configmaps', 'ConfigMap', 'FederatedConfigMap', 'federatedconfigmaps'])(
    'finds the type that a person calls %s',
    async (kind) => {
      const { seen } = await federationWithApp();
      const facts = await readObjectFacts(seen, KUBEFED_NAMESPACE, { ...REQUEST, kind });

      expect(facts.type.name).toBe('configmaps');
    },
  );

  it('finds a type by its short name, and refuses one that is not federated', async () => {
    const { seen } = await federationWithApp();
    const documents: Record<string, object> = {
      '/apis': { groups: [] },
      '/api/v1': {
        resources: [
          { name: 'configmaps', kind: 'ConfigMap', namespaced: true, shortNames: ['cm'] },
          { name: 'pods', kind: 'Pod', namespaced: true },
        ],
      },
    };
    const raw = async (path: string) =>
      ({ ok: true, value: JSON.stringify(documents[path] ?? {}) }) as const;
    const cluster = { ...seen.host.cluster, raw };
    const ports = { ...seen, host: { ...seen.host, cluster } };
    const ask = (kind: string) => readObjectFacts(ports, KUBEFED_NAMESPACE, { ...REQUEST, kind });

    expect((await ask('cm')).type.name).toBe('configmaps');
    expect(await failureOf(ask('pods'))).toMatchObject({
      code: 'TypeNotEnabled',
      message: 'Pod (v1) is not federated: no FederatedTypeConfig names it',
    });
    expect(await failureOf(ask('widgets'))).toMatchObject({ code: 'TypeNotFound' });
  });

  it('says that there is no such object', async () => {
    const { seen } = await federationWithApp();
    const request = { ...REQUEST, name: 'nope' };
    const error = await failureOf(readObjectFacts(seen, KUBEFED_NAMESPACE, request));

    expect(error).toMatchObject({
      code: 'ObjectNotFound',
      message: 'there is no FederatedConfigMap nope in namespace shop',
    });
  });
});

describe('objectText', () => {
  it('shows the object in a table', async () => {
    const { seen, clock } = await federationWithApp();
    const sight = await lookAtOne(seen, KUBEFED_NAMESPACE, REQUEST);

    expect(sight.text({ colours: false, nowMs: clock.nowMs() + 240_000 })).toMatchInlineSnapshot(`
      "FederatedConfigMap shop/app: not propagated: CheckClusters, since 4m

      CLUSTER  PLACED   READY  STATUS          RECORDED  LIVE    MESSAGE
      east     yes      True   OK              rv:3      rv:3    -
      nowhere  unknown  False  NotPlaced       -         -       no cluster of this name has joined
      west     yes      True   CreationFailed  -         absent  quota"
    `);
  });

  it('says when it is reported late, deleted and held, or never reported', async () => {
    const { seen } = await federationWithApp();
    const facts = await readObjectFacts(seen, KUBEFED_NAMESPACE, REQUEST);
    const { objectText } = await import('../../../lib/cli/status/print-object.ts');
    const text = (metadata: object, status: object) => {
      const federated = JSON.parse(JSON.stringify(facts.federated));
      Object.assign(federated.metadata, metadata);
      Object.assign(federated, { status });
      return objectText(objectView({ ...facts, federated }), { colours: false, nowMs: 0 });
    };
    const conditions = [{ type: 'Propagation', status: 'True' }];
    const deletionTimestamp = '2026-01-01T00:00:00Z';

    expect(text({}, {})).toMatch(/^FederatedConfigMap shop\/app: nothing has been reported yet\n/);
    expect(text({ generation: 2 }, { observedGeneration: 1, conditions })).toMatch(
      /^FederatedConfigMap shop\/app: propagated\nthe status is about generation 1; 2 is on its way/,
    );
    expect(text({ deletionTimestamp }, { observedGeneration: 1, conditions })).toContain(
      'it is being deleted; nothing is left in members',
    );
    const clusters = [
      { name: 'east', status: 'WaitingForRemoval' },
      { name: 'west', status: 'ClusterNotReady' },
    ];
    const held = text({ deletionTimestamp }, { observedGeneration: 1, clusters });
    expect(held).toContain('it is being deleted; cluster east is waited for\n');
    expect(held).toContain(
      'it is being deleted; cluster west is waited for until 2026-01-01T00:05:00Z',
    );
  });
});

describe('showSights', () => {
  const sight = (told: string): Sight => ({
    document: { told },
    fingerprint: told,
    text: () => `text ${told}`,
  });

  async function watched(output: 'text' | 'json', looks: (Sight | Error)[]) {
    const terminal = fakeTerminal();
    const stop = new AbortController();
    const clock = fakeClock(() => looks.length === 0 && stop.abort());
    const look = async () => {
      const next = looks.shift() ?? sight('end');
      if (next instanceof Error) throw next;
      return next;
    };
    const request = { watch: true, interval: 5, output };
    const around = { terminal, clock, signal: stop.signal };
    await showSights(around, request, { look, skewSeconds: () => 60 });
    return terminal;
  }

  it('prints again only what has changed, with the time of the host, until it is stopped', async () => {
    const { results } = await watched('text', [sight('a'), sight('a'), sight('b'), sight('b')]);

    expect(results).toEqual(['text a', '\n1970-01-01T00:01:10.000Z\n\ntext b']);
  });

  it('prints a line of JSON for each change', async () => {
    const { results } = await watched('json', [sight('a'), sight('b'), sight('b')]);

    expect(results).toEqual(['{"told":"a"}', '{"told":"b"}']);
  });

  it('goes on after a failure, but not at the start', async () => {
    const { results, lines } = await watched('text', [sight('a'), new Error('gone'), sight('a')]);

    expect({ results, lines }).toEqual({ results: ['text a'], lines: ['error: Error: gone'] });
    await expect(watched('text', [new Error('gone')])).rejects.toThrow('gone');
  });

  it('prints once without --watch', async () => {
    const terminal = fakeTerminal();
    const around = { terminal, clock: fakeClock(), signal: new AbortController().signal };
    const from = { look: async () => sight('a'), skewSeconds: () => undefined };
    await showSights(around, { watch: false, interval: 5, output: 'json' }, from);

    expect(terminal.results).toEqual(['{\n  "told": "a"\n}']);
  });
});
