import { MOST_CHARACTERS, MOST_RECORDS, weightOf } from '../../lib/core/zone/batches.ts';
import { isSameSet, setKey } from '../../lib/core/zone/record-sets.ts';
import type { HostedZone, RecordSet, ZoneChange } from '../../lib/model/record-set.ts';
import type { HostedZones, ZoneError } from '../../lib/ports.ts';
import { differsMessage, existsMessage, missingMessage, refusalOf } from './set-rules.ts';

type Failure = Pick<ZoneError, 'kind'> & Partial<ZoneError>;

export interface MemoryZones extends HostedZones {
  /** what was called, in order: `describe`, `change 12`, `list`, `list NAME` */
  readonly calls: string[];
  /** sets of a zone, sorted; empty when there is none */
  sets(zoneId: string): RecordSet[];
  /** puts a set there as somebody else would */
  put(zoneId: string, set: RecordSet): void;
  /** takes sets away as somebody else would */
  drop(zoneId: string, isMeant: (set: RecordSet) => boolean): void;
  deleteZone(zoneId: string): void;
  /** the next changes fail so, one each */
  failNext(...failures: Failure[]): void;
}

/**
 * Hosted zones in memory that refuse what Route 53 refuses: batches are all or nothing, each change is judged by what is
 * there after the ones before it, and a refusal names every set that it is about.
 *
 * @param mostSets records that a zone may have
 */
export function memoryZones(zones: readonly HostedZone[], mostSets = 10_000): MemoryZones {
  const contents = new Map(zones.map(({ id }) => [id, new Map<string, RecordSet>()]));
  const failures: Failure[] = [];
  const calls: string[] = [];
  const zoneOf = (zoneId: string) => {
    const zone = zones.find(({ id }) => id === zoneId);
    const sets = contents.get(zoneId);
    return zone === undefined || sets === undefined ? undefined : { zone, sets };
  };
  const refused = (kind: ZoneError['kind'], ...messages: string[]) =>
    ({ ok: false, error: { kind, messages } }) as const;
  const gone = (zoneId: string) => refused('NoSuchZone', `No hosted zone found with ID: ${zoneId}`);

  return {
    calls,
    async describe(zoneId) {
      const found = zoneOf(zoneId);
      return found === undefined ? gone(zoneId) : { ok: true, value: found.zone };
    },
    async change(zoneId, changes) {
      calls.push(`change ${changes.length}`);
      const failure = failures.shift();
      if (failure !== undefined) return refused(failure.kind, ...(failure.messages ?? ['no']));
      const found = zoneOf(zoneId);
      if (found === undefined) return gone(zoneId);
      const { records, characters } = weightOf(changes);
      if (records > MOST_RECORDS || characters > MOST_CHARACTERS || changes.length === 0) {
        throw new Error(`a batch of ${records} records and ${characters} characters`);
      }
      const next = new Map(found.sets);
      const named = Map.groupBy(next.values(), ({ name }) => name);
      const messages = changes.flatMap((each) => applied({ next, named }, each, found.zone) ?? []);
      if (messages.length > 0) return refused('Refused', ...messages);
      if (next.size > mostSets) {
        return refused('Refused', `Number of records limit of ${mostSets} exceeded.`);
      }
      contents.set(zoneId, next);
      return { ok: true, value: undefined };
    },
    async list(zoneId, name) {
      calls.push(name === undefined ? 'list' : `list ${name}`);
      const found = zoneOf(zoneId);
      if (found === undefined) return gone(zoneId);
      const all = [...found.sets.values()];
      return { ok: true, value: all.filter((set) => name === undefined || set.name === name) };
    },
    sets: (zoneId) =>
      [...(contents.get(zoneId)?.values() ?? [])].sort((a, b) => (setKey(a) < setKey(b) ? -1 : 1)),
    put: (zoneId, set) => contents.get(zoneId)?.set(setKey(set), set),
    drop(zoneId, isMeant) {
      const sets = contents.get(zoneId);
      for (const [key, set] of sets ?? []) if (isMeant(set)) sets?.delete(key);
    },
    deleteZone: (zoneId) => contents.delete(zoneId),
    failNext: (...next) => failures.push(...next),
  };
}

interface Contents {
  readonly next: Map<string, RecordSet>;
  /** the same by name: a zone is large */
  readonly named: Map<string, RecordSet[]>;
}

/** Changes the contents, as far as the change is taken. @returns what is said against it */
function applied(
  { next, named }: Contents,
  { action, set }: ZoneChange,
  zone: HostedZone,
): string | undefined {
  const key = setKey(set);
  const current = next.get(key);
  const here = (named.get(set.name) ?? []).filter((each) => setKey(each) !== key);
  if (action === 'DELETE') {
    if (current === undefined) return missingMessage(set);
    if (!isSameSet(current, set)) return differsMessage(set);
    next.delete(key);
    named.set(set.name, here);
    return undefined;
  }
  if (action === 'CREATE' && current !== undefined) return existsMessage(set);
  const target = set.alias?.name === set.name ? [] : (named.get(set.alias?.name ?? '') ?? []);
  const refusal = refusalOf(set, zone, [...here, ...target]);
  if (refusal === undefined) {
    next.set(key, set);
    named.set(set.name, [...here, set]);
  }
  return refusal;
}
