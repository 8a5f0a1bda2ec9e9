import { RECORD_KINDS, RECORDS, type RecordKind } from '../../model/dns-record.ts';
import type { RecordMessage } from '../../model/messages.ts';
import type { Coalescing } from './dispatcher.ts';
import type { Connected } from './member-connections.ts';
import type { Memory } from './memory.ts';
import { recordHostSources } from './record-host-sources.ts';
import { recordMemberSources } from './record-member-sources.ts';
import { idOf, type RecordState, type RecordWatchPorts, recordState } from './record-state.ts';
import type { Source } from './sources.ts';

export interface RecordWatch {
  /** Learns which records there are: a watch that goes on from a checkpoint is not told. */
  load(signal: AbortSignal): Promise<void>;
  /** @returns the watches that records need; of members only where there are records to be woken */
  sources(members: readonly Connected[]): Source[];
  /** Members came, went or changed. */
  wakeAll(): void;
}

/**
 * Watches what DNS records depend on, and tells of a record when something of it has changed: the record itself, its
 * Domain, the addresses of its Service or Ingress in a member, whether pods are ready there. Nothing else wakes it.
 *
 * @param onKinds is called when the first record of a kind came or the last one went: the sources are others then
 */
export function recordWatch(
  ports: RecordWatchPorts,
  memory: Memory,
  out: Coalescing<RecordMessage>,
  onKinds: () => void,
): RecordWatch {
  const state = recordState(ports, memory, out);
  let loaded = false;
  return {
    async load(signal) {
      await Promise.all(RECORD_KINDS.map((kind) => loadKind(state, kind, signal)));
      loaded = true;
    },
    sources(members) {
      if (!loaded) return [];
      return [
        ...recordHostSources(state, onKinds),
        ...members.flatMap((member) => recordMemberSources(state, member)),
      ];
    },
    wakeAll: state.wakeAll,
  };
}

const RETRY_MS = 5_000;

async function loadKind(state: RecordState, kind: RecordKind, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const listed = await state.host.list(RECORDS[kind], { metadataOnly: true });
    if (listed.ok) {
      for (const object of listed.value.items) state.known[kind].know(idOf(object));
      return;
    }
    // No CRD, no records; its watch finds them when it comes.
    if (listed.error.kind === 'NotFound') return;
    state.log.warn('records cannot be listed, trying again', { kind, error: listed.error });
    await state.clock.sleep(RETRY_MS, signal);
  }
}
