import { type JsonObject, stringAt, valueAt } from '../../model/json.ts';
import type { ChangeMessage, PreferenceMessage } from '../../model/messages.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import { PREFERENCES } from '../../model/scheduling.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Coalescing } from './dispatcher.ts';
import { HOST } from './host-sources.ts';
import type { Connected } from './member-connections.ts';
import { type Memory, scopeOf } from './memory.ts';
import {
  factsOfPreference,
  know,
  type PreferenceState,
  type PreferenceWatchPorts,
  preferenceState,
} from './preference-state.ts';
import { prints } from './prints.ts';
import { idOf } from './record-state.ts';
import type { Source } from './sources.ts';

export interface PreferenceWatch {
  /** Learns which preferences there are: a watch that goes on from a checkpoint is not told. */
  load(signal: AbortSignal): Promise<void>;
  /** @returns the watches that preferences need; of members only those of kinds that are scheduled */
  sources(members: readonly Connected[], types: readonly FederatedType[]): Source[];
  /** Members came, went or changed. */
  wakeAll(): void;
  /** What the watch tells of federated objects and namespaces may concern a preference. */
  onChange(message: ChangeMessage): void;
  /** Wakes those whose targets changed since the last call, and those whose time has come. */
  flush(nowMs: number): void;
}

/**
 * Watches what the sharing out of replicas depends on: the preference itself, its federated object, its targets in
 * members. Changes in members are gathered between two flushes: one rollout makes many.
 *
 * @param onKinds is called when the first preference of a kind came or the last one went: the sources are others then
 */
export function preferenceWatch(
  ports: PreferenceWatchPorts,
  memory: Memory,
  out: Coalescing<PreferenceMessage>,
  onKinds: () => void,
): PreferenceWatch {
  const state = preferenceState(ports, memory, out);
  let loaded = false;
  return {
    async load(signal) {
      await loadAll(state, signal);
      loaded = true;
    },
    sources(members, types) {
      if (!loaded) return [];
      const wanted = kindsOf(state);
      const scheduled = types.filter(({ name }) => wanted.has(name));
      return [
        hostSource(state, onKinds),
        ...members.flatMap((member) => scheduled.map((type) => memberSource(state, member, type))),
      ];
    },
    wakeAll: state.wakeAll,
    onChange: (message) => wakeConcerned(state, message),
    flush(nowMs) {
      for (const [id, known] of state.known) {
        if ((known.recheckAtMs ?? Number.POSITIVE_INFINITY) > nowMs) continue;
        state.waiting.add(id);
        // Its next status says when to come again, if at all.
        const { recheckAtMs: _, ...rest } = known;
        state.known.set(id, rest);
      }
      for (const id of state.waiting) state.wake(id);
      state.waiting.clear();
    },
  };
}

function kindsOf({ known }: PreferenceState): Set<string | undefined> {
  return new Set([...known.values()].map(({ typeName }) => typeName));
}

function hostSource(state: PreferenceState, onKinds: () => void): Source {
  const watchingKinds = (change: () => void): void => {
    const before = kindsOf(state);
    change();
    const after = kindsOf(state);
    if (before.symmetricDifference(after).size > 0) onKinds();
  };
  return {
    clusterName: HOST,
    cluster: state.host,
    resource: PREFERENCES,
    options: scopeOf(state.memory),
    onEvent: ({ object, type }) =>
      watchingKinds(() => {
        const id = idOf(object);
        if (type === 'DELETED') {
          state.known.delete(id);
          state.prints.take(id, undefined);
          state.wake(id, stringAt(object, 'spec', 'targetKind') ?? '');
          return;
        }
        know(state, object);
        for (const each of state.prints.take(id, factsOfPreference(object))) state.wake(each);
      }),
    onList: (items) =>
      watchingKinds(() => {
        const before = new Map(state.known);
        state.known.clear();
        for (const object of items) know(state, object);
        const all = items.map((each) => [idOf(each), factsOfPreference(each)] as const);
        for (const id of state.prints.takeAll(all)) {
          state.wake(id, state.known.has(id) ? undefined : before.get(id)?.targetKind);
        }
      }),
  };
}

function memberSource(state: PreferenceState, member: Connected, type: FederatedType): Source {
  const place = `${member.name}/${type.name}`;
  const seen = state.ofMembers.get(place) ?? prints();
  state.ofMembers.set(place, seen);
  const isSpread = (object: JsonObject) => state.known.get(idOf(object))?.typeName === type.name;
  const tell = (ids: readonly string[]): void => {
    for (const id of ids) if (state.known.has(id)) state.waiting.add(id);
  };
  return {
    clusterName: member.name,
    cluster: member.cluster,
    resource: type.target,
    purpose: 'replicas',
    options: { labelSelector: `${MANAGED_LABEL}=true`, ...scopeOf(state.memory) },
    onEvent: ({ object, type: event }) => {
      if (!isSpread(object)) return;
      tell(seen.take(idOf(object), event === 'DELETED' ? undefined : factsOfTarget(object)));
    },
    onList: (items) => {
      const mine = items.filter(isSpread);
      tell(seen.takeAll(mine.map((each) => [idOf(each), factsOfTarget(each)])));
    },
  };
}

function factsOfTarget(object: JsonObject) {
  return [
    valueAt(object, 'spec', 'replicas') ?? null,
    valueAt(object, 'status', 'replicas') ?? null,
    valueAt(object, 'status', 'readyReplicas') ?? null,
  ];
}

function wakeConcerned(state: PreferenceState, message: ChangeMessage): void {
  if (message.kind === 'object') {
    const id = `${message.namespace ?? ''}/${message.name}`;
    if (state.known.get(id)?.typeName === message.type) state.wake(id);
    return;
  }
  if (message.cause !== 'namespace' || message.namespace === undefined) return;
  for (const id of state.known.keys()) {
    if (id.startsWith(`${message.namespace}/`)) state.wake(id);
  }
}

const RETRY_MS = 5_000;

async function loadAll(state: PreferenceState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const listed = await state.host.list(PREFERENCES, scopeOf(state.memory));
    if (listed.ok) {
      for (const object of listed.value.items) {
        know(state, object);
        state.prints.know(idOf(object));
      }
      return;
    }
    // No CRD, no preferences; the watch finds them when it comes.
    if (listed.error.kind === 'NotFound') return;
    state.log.warn('preferences cannot be listed, trying again', { error: listed.error });
    await state.clock.sleep(RETRY_MS, signal);
  }
}
