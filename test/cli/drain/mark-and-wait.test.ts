import { describe, expect, it } from 'vitest';
import type { CommandError } from '../../../lib/cli/command-error.ts';
import { contextSide } from '../../../lib/cli/connect/side.ts';
import { markAndWait } from '../../../lib/cli/drain/mark-and-wait.ts';
import type { MarkRequest } from '../../../lib/cli/requests.ts';
import { RECORDS } from '../../../lib/model/dns-record.ts';
import { type JsonObject, valueAt } from '../../../lib/model/json.ts';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { PREFERENCES } from '../../../lib/model/scheduling.ts';
import { failureOf, fakeClock, fakeHost, fakeTerminal, NAMESPACE } from '../fixtures.ts';

const KEY = { namespace: NAMESPACE, name: 'east' };
const WEB = { namespace: 'shop', name: 'web' };
const CORDONED = { 'kubefed.io/cordoned': 'true' };
const DRAINED = { ...CORDONED, 'kubefed.io/drained': 'true' };
const STAY =
  'objects without a ReplicaSchedulingPreference stay in east: a drain moves replicas and DNS records alone';

const preference = (replicas: number, state = 'Drained'): JsonObject => ({
  metadata: WEB,
  spec: { targetKind: 'FederatedDeployment' },
  status: {
    conditions: [{ type: 'Scheduled', reason: 'HandingOver', message: 'Others are not ready.' }],
    clusters: [{ name: 'east', state, replicas }],
  },
});

const record = (...ingress: JsonObject[]): JsonObject => ({
  metadata: WEB,
  status: { dns: [{ cluster: 'east', loadBalancer: { ingress } }] },
});

/** A host with one member, annotated like that; `onSleep` is what happens while the command waits. */
function world(annotations: JsonObject = {}, onSleep?: (nowMs: number) => void) {
  const host = fakeHost();
  host.seed(KUBEFED_CLUSTERS, { metadata: { ...KEY, annotations: { mine: 'x', ...annotations } } });
  const terminal = fakeTerminal();
  const stop = new AbortController();
  const ports = {
    host: contextSide('host', host, 'host'),
    clock: fakeClock(onSleep),
    signal: stop.signal,
    terminal,
  };
  const run = (action: MarkRequest['action'], more: Partial<MarkRequest> = {}) =>
    markAndWait(ports, {
      ...{ kubefedNamespace: NAMESPACE, dryRun: false, timeout: 60, name: 'east', action },
      ...more,
    });
  const marks = () => valueAt(host.peek(KUBEFED_CLUSTERS, KEY), 'metadata', 'annotations');
  return { host, terminal, stop, run, marks, ports };
}

describe('markAndWait', () => {
  it.each([
    ['cordon', {}, ['kubefedcluster/east cordoned'], CORDONED],
    ['cordon', CORDONED, ['kubefedcluster/east already cordoned'], CORDONED],
    ['uncordon', CORDONED, ['kubefedcluster/east uncordoned'], {}],
    ['uncordon', DRAINED, ['kubefedcluster/east uncordoned'], {}],
    ['uncordon', {}, ['kubefedcluster/east already uncordoned'], {}],
    ['drain', {}, ['kubefedcluster/east cordoned', 'kubefedcluster/east drained'], DRAINED],
    [
      'drain',
      CORDONED,
      ['kubefedcluster/east already cordoned', 'kubefedcluster/east drained'],
      DRAINED,
    ],
  ] as const)('%s: from %j', async (action, before, results, after) => {
    const { run, terminal, marks } = world(before);

    await run(action);

    expect(terminal.results).toEqual(results);
    expect(marks()).toEqual({ mine: 'x', ...after });
  });

  it.each([
    ['cordon', ['kubefedcluster/east cordoned (dry run)']],
    ['uncordon', ['kubefedcluster/east already uncordoned (dry run)']],
    ['drain', ['kubefedcluster/east cordoned (dry run)', 'kubefedcluster/east drained (dry run)']],
  ] as const)('%s: writes nothing in a dry run', async (action, results) => {
    const { host, run, terminal } = world();
    host.seed(PREFERENCES, preference(3, 'Open'));
    host.seed(RECORDS.service, record({ ip: '192.0.2.1' }));
    const before = host.peek(KUBEFED_CLUSTERS, KEY);

    await run(action, { dryRun: true });

    expect(host.peek(KUBEFED_CLUSTERS, KEY)).toEqual(before);
    expect(terminal.results).toEqual(results);
    const told = action === 'drain' ? [STAY] : [];
    const moves = [
      'would move away: 3 replicas of FederatedDeployment shop/web',
      'would move away: the record set of ServiceDNSRecord shop/web',
    ];
    expect(terminal.lines).toEqual([...told, ...(action === 'drain' ? moves : [])]);
  });

  it('waits until replicas and record sets are gone, and tells how it goes', async () => {
    const { host, run, terminal } = world({}, (nowMs) => {
      if (nowMs === 1000) host.seed(RECORDS.service, record());
      if (nowMs === 2000) host.seed(PREFERENCES, preference(1));
      if (nowMs === 3000) host.seed(PREFERENCES, preference(0));
    });
    host.seed(PREFERENCES, preference(3, 'Open'));
    host.seed(RECORDS.service, record({ ip: '192.0.2.1' }));

    await run('drain');

    expect(terminal.lines).toEqual([
      STAY,
      'draining east: FederatedDeployment shop/web, 3 replicas: they are not shared out anew yet, and 1 more',
      'ServiceDNSRecord shop/web: no record set in east any more',
      'draining east: FederatedDeployment shop/web, 3 replicas: they are not shared out anew yet',
      'draining east: FederatedDeployment shop/web, 1 replica: Others are not ready',
      'FederatedDeployment shop/web: no replicas in east any more',
    ]);
    expect(terminal.results.at(-1)).toBe('kubefedcluster/east drained');
  });

  it('does not wait when it is not to, and says so', async () => {
    const { host, run, terminal } = world();
    host.seed(PREFERENCES, preference(3));

    await run('drain', { wait: false });

    expect(terminal.results).toEqual([
      'kubefedcluster/east cordoned',
      'kubefedcluster/east draining',
    ]);
    expect(terminal.lines).toContain('on its way out: 3 replicas of FederatedDeployment shop/web');
  });

  it('prints one JSON document', async () => {
    const { host, run, terminal } = world();
    await run('cordon', { output: 'json' });
    host.seed(PREFERENCES, preference(3));
    await run('drain', { output: 'json', wait: false });

    const about = { name: 'east', namespace: NAMESPACE, dryRun: false, changed: true };
    expect(terminal.results.map((text) => JSON.parse(text))).toEqual([
      { ...about, action: 'cordon' },
      {
        ...about,
        action: 'drain',
        done: false,
        left: [
          {
            what: 'FederatedDeployment shop/web',
            is: 'replicas',
            replicas: 3,
            why: 'Others are not ready',
          },
        ],
      },
    ]);
  });

  it('finds the cluster by a context that its name was derived from', async () => {
    const { run, terminal } = world();
    await run('cordon', { name: 'EAST' });
    expect(terminal.results).toEqual(['kubefedcluster/east cordoned']);
  });
});

interface Failure {
  readonly when: string;
  readonly prepare?: (of: ReturnType<typeof world>) => void;
  readonly request?: Partial<MarkRequest>;
  readonly code: CommandError['code'];
  readonly message: string;
  readonly remedy: string;
}

const FAILURES: readonly Failure[] = [
  {
    when: 'there is no such cluster',
    request: { name: 'nope' },
    code: 'ClusterNotFound',
    message: `Failed to get kubefed cluster "${NAMESPACE}/nope"`,
    remedy: 'one of those that there are: east',
  },
  {
    when: 'the control plane is elsewhere',
    request: { kubefedNamespace: 'other' },
    code: 'ControlPlaneNotFound',
    message: 'A KubeFedConfig named "kubefed" was not found in namespace "other"',
    remedy: 'another namespace with --kubefed-namespace',
  },
  {
    when: 'the host forbids the write',
    prepare: ({ host }) => {
      host.fail = ({ verb }) =>
        verb === 'patch' ? { kind: 'Forbidden', message: 'no' } : undefined;
    },
    code: 'Forbidden',
    message: `host (context host): cannot drain KubeFedCluster ${NAMESPACE}/east: no`,
    remedy: 'kubectl --context host auth whoami',
  },
  {
    when: 'the time is over',
    prepare: ({ host }) => {
      host.seed(PREFERENCES, preference(2));
      host.seed(RECORDS.ingress, record({ ip: '192.0.2.1' }));
    },
    code: 'NotDrained',
    message:
      'KubeFedCluster east was not empty after 60 s: FederatedDeployment shop/web, 2 replicas: Others are not ready; ' +
      'IngressDNSRecord shop/web, record set: it has not been looked at yet',
    remedy: 'kubefed-eks uncordon east, which takes the drain back',
  },
  {
    when: 'it was interrupted',
    prepare: ({ stop }) => stop.abort('SIGINT'),
    code: 'Interrupted',
    message: 'interrupted',
    remedy: '',
  },
];

describe('a drain', () => {
  it.each(FAILURES)('fails when $when', async ({ prepare, request, code, message, remedy }) => {
    const of = world();
    prepare?.(of);

    const error = await failureOf(of.run('drain', request));

    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.remedies.join('\n')).toContain(remedy);
  });
});
