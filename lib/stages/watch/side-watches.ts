import type { ChangeMessage } from '../../model/messages.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { PreferenceQueue, RecordQueue, ZoneQueue } from '../../ports.ts';
import { coalescing, type Dispatcher, type DispatcherPorts } from './dispatcher.ts';
import type { Connected } from './member-connections.ts';
import type { Memory } from './memory.ts';
import { preferenceWatch } from './preference-sources.ts';
import { preferenceKey } from './preference-state.ts';
import { recordWatch } from './record-sources.ts';
import { type RecordWatchPorts, recordKey } from './record-state.ts';
import type { Source } from './sources.ts';
import { zoneWatch } from './zone-watch.ts';

export interface SideWatchPorts extends RecordWatchPorts, DispatcherPorts {
  /** absent without DNS */
  readonly records?: RecordQueue;
  /** absent without DNS */
  readonly zones?: { readonly queue: ZoneQueue; readonly ids: readonly string[] };
  /** absent where replicas are not scheduled */
  readonly preferences?: PreferenceQueue;
}

/** What is watched beside the federated objects: DNS records, hosted zones and preferences, each with a queue of its own. */
export interface SideWatches {
  /** Learns which there are; memory knows the federation by then. */
  load(signal: AbortSignal): Promise<void>;
  sources(members: readonly Connected[], types: readonly FederatedType[]): Source[];
  /** Types, clusters or the config changed. */
  wakeAll(): void;
  /** @returns a dispatcher that tells them of federated objects what it tells plan */
  overhearing(out: Dispatcher): Dispatcher;
  /** Sends what is due. @returns when all that they have to say has been taken */
  flushed(nowMs: number): Promise<void>;
}

/**
 * A burst of changes must not hold them up: hence the queues of their own.
 *
 * @param onKinds is called when the sources have become others
 */
export function sideWatches(
  ports: SideWatchPorts,
  memory: Memory,
  onKinds: () => void,
): SideWatches {
  const records = recordsOf(ports, memory, onKinds);
  const preferences = preferencesOf(ports, memory, onKinds);
  const zones = zoneWatch(ports);
  return {
    async load(signal) {
      await Promise.all([records?.watch.load(signal), preferences?.watch.load(signal)]);
      if (records !== undefined || preferences !== undefined) onKinds();
    },
    sources: (members, types) => [
      ...(records?.watch.sources(members) ?? []),
      ...zones.sources,
      ...(preferences?.watch.sources(members, types) ?? []),
    ],
    wakeAll() {
      records?.watch.wakeAll();
      preferences?.watch.wakeAll();
    },
    overhearing: (out) => ({
      ...out,
      enqueue(message: ChangeMessage) {
        out.enqueue(message);
        preferences?.watch.onChange(message);
      },
    }),
    async flushed(nowMs) {
      preferences?.watch.flush(nowMs);
      await Promise.all([records?.out.flushed(), zones.flushed(), preferences?.out.flushed()]);
    },
  };
}

function recordsOf(ports: SideWatchPorts, memory: Memory, onKinds: () => void) {
  if (ports.records === undefined) return undefined;
  const out = coalescing(ports, ports.records, recordKey);
  return { out, watch: recordWatch(ports, memory, out, onKinds) };
}

function preferencesOf(ports: SideWatchPorts, memory: Memory, onKinds: () => void) {
  if (ports.preferences === undefined) return undefined;
  const out = coalescing(ports, ports.preferences, preferenceKey);
  return { out, watch: preferenceWatch(ports, memory, out, onKinds) };
}
