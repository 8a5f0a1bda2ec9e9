import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import { apiCalls, callsBetween, describeCalls, writesAmong } from '../environment/api-calls.ts';
import type { ControlPlane } from '../environment/control-plane.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const KUBEFED = 'kube-federation-system';
const OBJECTS = 500;
const AT_ONCE = 50;
const PATIENCE_SECONDS = 120;
/** two workers of apply here, ten jobs each; controllers of the cluster itself write too */
const MOST_WRITES_AT_ONCE = 2 * 10 + 10;
/** a cluster that changes, the namespace, a sweep of the schedule */
const BESIDES = 20;

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  await prepare(federation);
  const clusterHealthCheck = { period: '2s', timeout: '1s' };
  const key = { namespace: KUBEFED, name: 'kubefed' };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec: { clusterHealthCheck } }));
  await federation.runtime.invoke('health', {});
}, 180_000);

afterAll(() => federation?.stop());

describe('a member that returns', () => {
  it(`gets ${OBJECTS} objects that waited at once, by a message each, without a storm`, async () => {
    const [other, lost] = members();
    await lost.plane.stopServer();
    await becomes(lost.name, false);
    const names = Array.from({ length: OBJECTS }, (_, i) => `waiting-${i}`);
    for (let i = 0; i < OBJECTS; i += AT_ONCE) {
      await Promise.all(names.slice(i, i + AT_ONCE).map(create));
    }
    await areReported('False');
    await federation.runtime.idle();
    const calls = await apiCalls(other.plane);
    const [plan, apply] = [messagesOf('plan'), messagesOf('apply')];

    await lost.plane.startServer();
    const most = mostWritesAtOnce(lost.plane);
    await until('all of them are there', PATIENCE_SECONDS, async () => {
      const listed = await lost.api.list(CONFIG_MAPS, {
        namespace: NAMESPACE,
        labelSelector: 'kubefed.io/managed=true',
      });
      const seen = listed.ok ? listed.value.items.length : 0;
      return { done: seen === OBJECTS, seen };
    });
    expect(await most.stop()).toBeLessThanOrEqual(MOST_WRITES_AT_ONCE);
    await areReported('True');
    await federation.runtime.idle();

    expect(messagesOf('plan') - plan).toBeLessThanOrEqual(OBJECTS + BESIDES);
    expect(messagesOf('apply') - apply).toBeLessThanOrEqual(2 * (OBJECTS + BESIDES));
    const writes = writesAmong(callsBetween(calls, await apiCalls(other.plane)));
    expect(describeCalls(writes)).toEqual([]);
    // The counters of a server begin anew with it.
    expect((await apiCalls(lost.plane)).get('POST configmaps')).toBe(OBJECTS);
  }, 300_000);
});

function members(): [FastCluster, FastCluster] {
  const [first, second] = federation.members;
  if (first === undefined || second === undefined) throw new Error('two members are needed');
  return [first, second];
}

async function create(name: string): Promise<void> {
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { name, namespace: NAMESPACE },
      spec: { template: { data: { name } }, placement: { clusterSelector: {} } },
    }),
  );
}

async function becomes(name: string, ready: boolean): Promise<void> {
  await until(`${name} is ready: ${ready}`, PATIENCE_SECONDS, async () => {
    const key = { namespace: KUBEFED, name };
    const cluster = must(await federation.host.api.get(KUBEFED_CLUSTERS, key));
    return { done: isReady(cluster) === ready, seen: cluster['status'] };
  });
}

async function areReported(status: 'True' | 'False'): Promise<void> {
  await until(`all of them are reported as ${status}`, PATIENCE_SECONDS, async () => {
    const options = { namespace: NAMESPACE };
    const { items } = must(await federation.host.api.list(FEDERATED_CONFIG_MAPS, options));
    const right = items.filter((item) =>
      listAt(item, 'status', 'conditions').some(
        (each) => stringAt(each, 'type') === 'Propagation' && stringAt(each, 'status') === status,
      ),
    );
    return { done: right.length === OBJECTS, seen: right.length };
  });
}

function messagesOf(stage: string): number {
  const { runtime } = federation;
  const name = runtime.functions.find((each) => each.startsWith(stage)) ?? '';
  return runtime.counts()[name]?.messages ?? 0;
}

/** The server itself tells the most of each second. */
function mostWritesAtOnce(plane: ControlPlane): { stop(): Promise<number> } {
  let isOver = false;
  let most = 0;
  const looking = (async () => {
    while (!isOver) {
      const line = /^apiserver_current_inflight_requests\{request_kind="mutating"\} (\d+)/m;
      most = Math.max(most, Number(line.exec(await plane.metrics())?.[1] ?? 0));
      await sleep(200);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await looking;
      return most;
    },
  };
}
