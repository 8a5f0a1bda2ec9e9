/** A federation of three members with one ReplicaSchedulingPreference, and pods that start when told. */

import { overriddenReplicas } from '../../lib/core/spread/rewrite.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import type { PreferenceChange, PreferenceMessage } from '../../lib/model/messages.ts';
import { EVENTS, KUBEFED_CLUSTERS, PODS } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { spread } from '../../lib/stages/spread.ts';
import { keptQueue, SHOP, testFederation } from './federation.ts';
import { DEPLOYMENT, federated, kubeFedCluster } from './objects.ts';

export const WEB = { namespace: SHOP, name: 'web' };
const NAMES = ['east', 'north', 'west'] as const;

export function preferenceFederation(spec: JsonObject = {}) {
  const federation = testFederation({ members: NAMES });
  const { host, clock, members: _, ...rest } = federation;
  const sent = keptQueue<PreferenceMessage>();
  const ports = { ...federation.ports, preferences: sent };
  const nowIso = () => new Date(clock.nowMs()).toISOString();

  function setReady(name: string, ready: boolean, annotations: JsonObject = {}) {
    const object = kubeFedCluster(name, { ready, labels: { site: name } });
    const condition = { type: 'Ready', status: ready ? 'True' : 'False' };
    const conditions = [{ ...condition, lastTransitionTime: nowIso() }];
    const metadata = Object(object['metadata']);
    host.seed(KUBEFED_CLUSTERS, {
      ...object,
      metadata: { ...metadata, annotations },
      status: { conditions },
    });
  }
  for (const name of NAMES) setReady(name, true);
  host.seed(PREFERENCES, {
    metadata: WEB,
    spec: { targetKind: 'FederatedDeployment', totalReplicas: 9, rebalance: true, ...spec },
  });
  host.seed(DEPLOYMENT.federated, federated(DEPLOYMENT, { ...WEB, template: {} }));
  const federatedNow = () => host.peek(DEPLOYMENT.federated, WEB) ?? {};
  const told = () =>
    Object.fromEntries(
      listAt(federatedNow(), 'spec', 'placement', 'clusters').map((entry) => {
        const name = stringAt(entry, 'name') ?? '';
        return [name, overriddenReplicas(federatedNow(), name)];
      }),
    );

  let revision = 0;
  return {
    ...rest,
    host,
    clock,
    ports,
    sent,
    setReady,
    told,
    federatedNow,
    /** What apply and the controllers of a member do: the target as it is told, so many of its pods Ready. */
    run(name: string, ready?: number) {
      const replicas = told()[name] ?? 0;
      for (let index = 0; index < replicas; index++) {
        const status = index < (ready ?? replicas) ? 'True' : 'False';
        federation.member(name).seed(PODS, {
          metadata: { namespace: SHOP, name: `web-${index}`, labels: { app: 'web' } },
          status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
        });
      }
      federation.member(name).seed(DEPLOYMENT.target, {
        metadata: { ...WEB, labels: { 'kubefed.io/managed': 'true' } },
        spec: { replicas, selector: { matchLabels: { app: 'web' } } },
        status: { replicas, readyReplicas: ready ?? replicas },
      });
    },
    pass(attempt = 1, about: Partial<PreferenceChange> = {}) {
      // Every pass knows of a later change than the one before.
      const contextRevision = ++revision;
      const seenAtMs = clock.nowMs();
      const message = { v: 1, kind: 'preference', ...WEB, seenAtMs, contextRevision } as const;
      return spread(ports, [{ message: { ...message, ...about }, attempt }]);
    },
    sweep: () => spread(ports, [{ message: { v: 1, kind: 'all', seenAtMs: 7 }, attempt: 1 }]),
    status: () => Object(valueAt(host.peek(PREFERENCES, WEB), 'status')),
    condition: () => listAt(host.peek(PREFERENCES, WEB), 'status', 'conditions')[0],
    events: () => host.peekAll(EVENTS, SHOP),
  };
}

export type PreferenceFederation = ReturnType<typeof preferenceFederation>;

/** Runs whatever is told everywhere, and passes until nothing is written any more. */
export async function settled(federation: PreferenceFederation): Promise<void> {
  for (let before = ''; before !== JSON.stringify(federation.told()); ) {
    before = JSON.stringify(federation.told());
    for (const name of Object.keys(federation.told())) federation.run(name);
    await federation.pass();
  }
}
