import { DOMAINS, RECORD_KINDS, RECORDS, type RecordKind } from '../../model/dns-record.ts';
import { HOST } from './host-sources.ts';
import { factsOfRecord, idOf, type RecordState } from './record-state.ts';
import type { Source } from './sources.ts';

/**
 * @param onKinds is called when the first record of a kind came or the last one went
 * @returns the watches of the host: records of both kinds, and Domains
 */
export function recordHostSources(state: RecordState, onKinds: () => void): Source[] {
  return [...RECORD_KINDS.map((kind) => recordSource(state, kind, onKinds)), domainSource(state)];
}

function recordSource(state: RecordState, kind: RecordKind, onKinds: () => void): Source {
  const of = state.known[kind];
  const tell = (change: () => readonly string[]): void => {
    const before = of.size;
    for (const id of change()) state.wake(kind, id);
    if ((before === 0) !== (of.size === 0)) onKinds();
  };
  return {
    clusterName: HOST,
    cluster: state.host,
    resource: RECORDS[kind],
    options: { metadataOnly: true },
    onEvent: ({ object, type }) =>
      tell(() => of.take(idOf(object), type === 'DELETED' ? undefined : factsOfRecord(object))),
    onList: (items) =>
      tell(() => of.takeAll(items.map((each) => [idOf(each), factsOfRecord(each)]))),
  };
}

/** Domains are few, and change seldom: every record is asked whether it is about this one. */
function domainSource(state: RecordState): Source {
  const tell = (changed: readonly string[]): void => {
    if (changed.length > 0) state.wakeAll();
  };
  return {
    clusterName: HOST,
    cluster: state.host,
    resource: DOMAINS,
    options: { metadataOnly: true },
    onEvent: ({ object, type }) => {
      const facts = type === 'DELETED' ? undefined : factsOfRecord(object);
      tell(state.domains.take(idOf(object), facts));
    },
    onList: (items) =>
      tell(state.domains.takeAll(items.map((each) => [idOf(each), factsOfRecord(each)]))),
  };
}
