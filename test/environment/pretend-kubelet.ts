import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { PODS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';

export interface PretendKubelet {
  /** what becomes of new pods; those that run go on running */
  mode: 'ready' | 'unschedulable';
  stop(): Promise<void>;
}

const LOOK_MS = 200;
const LONG_AGO_MS = 120_000;

/**
 * Says of the pods of one cluster without nodes what a scheduler and a kubelet would: that they run, or find no node
 * since two minutes. Pods on their way out are let go.
 *
 * @param namespace where to look
 */
export function pretendKubelet(api: Cluster, namespace: string): PretendKubelet {
  const stopping = new AbortController();
  const kubelet = { mode: 'ready' as PretendKubelet['mode'] };
  const done = (async () => {
    while (!stopping.signal.aborted) {
      const listed = await api.list(PODS, { namespace });
      const pods = listed.ok ? listed.value.items : [];
      await Promise.all(pods.map((pod) => attend(api, pod, kubelet.mode)));
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  return Object.assign(kubelet, {
    stop() {
      stopping.abort();
      return done;
    },
  });
}

async function attend(api: Cluster, pod: JsonObject, mode: PretendKubelet['mode']) {
  const key = {
    namespace: stringAt(pod, 'metadata', 'namespace') ?? '',
    name: stringAt(pod, 'metadata', 'name') ?? '',
  };
  if (valueAt(pod, 'metadata', 'deletionTimestamp') !== undefined) {
    await api.delete(PODS, key, { gracePeriodSeconds: 0 });
    return;
  }
  if (stringAt(pod, 'status', 'phase') === 'Running') return;
  const nowMs = Date.now();
  if (mode === 'ready') {
    const condition = { status: 'True', lastTransitionTime: new Date(nowMs).toISOString() };
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      ...condition,
    }));
    await api.patch(PODS, key, { status: { phase: 'Running', conditions } }, 'status');
    return;
  }
  const isSaid = listAt(pod, 'status', 'conditions')
    .filter(isJsonObject)
    .some(({ reason }) => reason === 'Unschedulable');
  if (isSaid) return;
  const lastTransitionTime = new Date(nowMs - LONG_AGO_MS).toISOString();
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
  const conditions = [{ ...condition, lastTransitionTime }];
  await api.patch(PODS, key, { status: { conditions } }, 'status');
}
