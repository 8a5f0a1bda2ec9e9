import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { PreferenceMessage } from '../../model/messages.ts';
import { SCHEDULED_TYPES } from '../../model/scheduling.ts';
import type { Clock, Cluster, Log } from '../../ports.ts';
import type { Coalescing } from './dispatcher.ts';
import type { Memory } from './memory.ts';
import { type Prints, prints } from './prints.ts';
import { idOf } from './record-state.ts';

export interface PreferenceWatchPorts {
  readonly host: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the watch keeps of one preference. */
interface KnownPreference {
  readonly targetKind: string;
  /** name of the type configuration that its targetKind stands for; absent for a kind that is never scheduled */
  readonly typeName?: string;
  readonly recheckAtMs?: number;
}

/** What the watches of preferences share. */
export interface PreferenceState extends PreferenceWatchPorts {
  readonly memory: Memory;
  /** by namespace and name, with a slash between */
  readonly known: Map<string, KnownPreference>;
  readonly prints: Prints;
  /** what preferences depend on in members, by member and type */
  readonly ofMembers: Map<string, Prints>;
  /** preferences to be woken at the next flush: members change in bursts */
  readonly waiting: Set<string>;
  wake(id: string, goneTargetKind?: string): void;
  wakeAll(): void;
}

export function preferenceState(
  { host, clock, log }: PreferenceWatchPorts,
  memory: Memory,
  out: Coalescing<PreferenceMessage>,
): PreferenceState {
  const now = () => ({ seenAtMs: clock.nowMs(), contextRevision: memory.contextRevision });
  return {
    ...{ host, clock, log, memory },
    known: new Map(),
    prints: prints(),
    ofMembers: new Map(),
    waiting: new Set(),
    wake(id, goneTargetKind) {
      const [namespace = '', name = ''] = id.split('/');
      const gone = goneTargetKind === undefined ? {} : { goneTargetKind };
      out.enqueue({ v: 1, kind: 'preference', namespace, name, ...gone, ...now() });
    },
    wakeAll: () => out.enqueue({ v: 1, kind: 'all', ...now() }),
  };
}

/** Takes in a preference as it is now. */
export function know(state: PreferenceState, object: JsonObject): void {
  const targetKind = stringAt(object, 'spec', 'targetKind') ?? '';
  const typeName = SCHEDULED_TYPES.get(targetKind);
  const atMs = Date.parse(stringAt(object, 'status', 'recheckAt') ?? '');
  state.known.set(idOf(object), {
    targetKind,
    ...(typeName === undefined ? {} : { typeName }),
    ...(Number.isNaN(atMs) ? {} : { recheckAtMs: atMs }),
  });
}

/** Status writes, ours among them, leave all of that as it is. */
export function factsOfPreference(object: JsonObject) {
  const { uid, generation, deletionTimestamp, annotations } = objectAt(object, 'metadata') ?? {};
  return [uid ?? null, generation ?? null, deletionTimestamp ?? null, annotations ?? null];
}

/** @returns what a later message replaces an earlier one by */
export function preferenceKey(message: PreferenceMessage): string {
  return message.kind === 'all' ? message.kind : `${message.namespace}/${message.name}`;
}
