import { describe, expect, it } from 'vitest';
import { lookAtAll } from '../../../lib/cli/run-status.ts';
import { overviewOf } from '../../../lib/cli/status/overview.ts';
import { overviewText } from '../../../lib/cli/status/print-overview.ts';
import { readOverview } from '../../../lib/cli/status/read-overview.ts';
import { KUBEFED_CLUSTERS, LEASES } from '../../../lib/model/resources.ts';
import { testFederation } from '../../stages/federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from '../../stages/objects.ts';
import { beyond, portsOf, seedDeployment, troubledFederation } from './sights.ts';

describe('overviewText', () => {
  it('shows all in tables', async () => {
    const federation = await troubledFederation();
    const { host, clock } = federation;
    seedDeployment(host);
    const at = (ageSeconds: number) => new Date(clock.nowMs() - ageSeconds * 1000).toISOString();
    host.seed(LEASES, {
      metadata: { namespace: KUBEFED_NAMESPACE, name: 'kubefed-eks-watch' },
      spec: { holderIdentity: 'x', renewTime: at(3) },
    });
    host.seed(KUBEFED_CLUSTERS, {
      ...kubeFedCluster('east', { ready: false }),
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ClusterNotReachable',
            lastTransitionTime: at(240),
          },
        ],
        kubernetesVersion: 'v1.34.4',
        region: 'us-west-2',
      },
    });
    const ports = portsOf(federation, beyond(federation));
    const sight = await lookAtAll(ports, { kubefedNamespace: KUBEFED_NAMESPACE });

    expect(sight.text({ colours: false, nowMs: clock.nowMs() })).toMatchInlineSnapshot(`
      "watch: running, seen 3s ago

      CLUSTER  READY  REASON               SINCE  VERSION  REGION     LATENCY
      east     False  ClusterNotReachable  4m     v1.34.4  us-west-2  0 ms
      west     True   -                    -      -        -          0 ms

      TYPE        FEDERATED           STATE    OBJECTS  IN SYNC
      configmaps  FederatedConfigMap  Enabled  2        1
      namespaces  FederatedNamespace  Enabled  1        1
      enabled, without objects: clusterroles.rbac.authorization.k8s.io, deployments.apps

      NOT IN SYNC                  CLUSTER  CODE            AGE  MESSAGE
      FederatedConfigMap shop/bad  west     CreationFailed  0s   admission webhook says no

      QUEUE  WAITING  IN FLIGHT  OLDEST  DEAD LETTERS
      jobs   3        0          2m      1"
    `);
  });

  it('tells the deadline of a deletion once, and of types without objects their names', async () => {
    const federation = testFederation();
    const overview = overviewOf(await readOverview(portsOf(federation), KUBEFED_NAMESPACE));
    const deadline = '2026-01-01T00:05:00Z';
    const told = `the deletion waits for cluster west until ${deadline}, then goes on without it`;
    const deletion = {
      ...{ type: 't', kind: 'K', name: 'n', cluster: 'west', code: 'DeletionFailed' as const },
      ...{ since: '2026-01-01T00:00:00Z', deadline, message: `denied; ${told}` },
    };
    const text = overviewText(
      { ...overview, deletions: [deletion, { ...deletion, message: told }] },
      { colours: false, nowMs: Date.parse('2026-01-01T00:01:00Z') },
    );

    expect(text).toMatch(/^K n +west +DeletionFailed +60s +2026-01-01T00:05:00Z +denied$/m);
    expect(text).toMatch(/^K n +west +DeletionFailed +60s +2026-01-01T00:05:00Z +-$/m);
    expect(text).toMatch(/^enabled, without objects: clusterroles\.rbac\S+, configmaps, /m);
  });

  it('cuts long tables, and says that JSON has all', async () => {
    const federation = testFederation();
    const facts = await readOverview(portsOf(federation), KUBEFED_NAMESPACE);
    const trouble = { type: 't', kind: 'K', name: 'n', code: 'NotReported', message: '' } as const;
    const overview = { ...overviewOf(facts), outOfSync: Array.from({ length: 43 }, () => trouble) };
    const text = overviewText(overview, { colours: false, nowMs: 0 });

    expect(text.match(/^K n /gm)).toHaveLength(40);
    expect(text).toContain('… and 3 more: --output json has them all');
  });

  it.each([
    [undefined, 'watch: no Lease: it has never run, or is not seen'],
    ['2026-01-01T00:00:00Z', 'watch: running, seen 5s ago'],
    ['2025-12-31T23:50:00Z', 'watch: not running, last seen 10m ago'],
  ])('tells by the Lease whether the watch runs: %s', (watchRenewed, expected) => {
    const empty = { clusters: [], types: [], outOfSync: [], deletions: [], owed: [] };
    const overview = {
      ...{ ...empty, queues: [], notSeen: ['x: y'] },
      ...(watchRenewed === undefined ? {} : { watchRenewed }),
    };
    const nowMs = Date.parse('2026-01-01T00:00:05Z');

    expect(overviewText(overview, { colours: false, nowMs })).toBe(
      [
        expected,
        'no cluster has joined: kubefed-eks join',
        'everything is in sync',
        'not seen: x: y',
      ].join('\n\n'),
    );
  });
});
