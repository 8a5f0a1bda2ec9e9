import type { RecordKind } from '../../model/dns-record.ts';
import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { RecordMessage } from '../../model/messages.ts';
import { DNS_TAKE_OVER_ANNOTATION, HOSTED_ZONE_ANNOTATION } from '../../model/names.ts';
import { qualifiedName } from '../../model/resource.ts';
import type { Clock, Cluster, Log } from '../../ports.ts';
import type { Coalescing } from './dispatcher.ts';
import { keyOfObject, type Memory } from './memory.ts';
import { type Prints, prints } from './prints.ts';

export interface RecordWatchPorts {
  readonly host: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the watches of DNS records share. */
export interface RecordState extends RecordWatchPorts {
  /** the records of the host, by namespace and name */
  readonly known: Readonly<Record<RecordKind, Prints>>;
  readonly domains: Prints;
  /** what records depend on in members, by member and resource */
  readonly ofMembers: Map<string, Prints>;
  /** @param id namespace and name, with a slash between */
  wake(kind: RecordKind, id: string): void;
  wakeAll(): void;
}

export function recordState(
  ports: RecordWatchPorts,
  memory: Memory,
  out: Coalescing<RecordMessage>,
): RecordState {
  const { host, clock, log } = ports;
  const now = () => ({ seenAtMs: clock.nowMs(), contextRevision: memory.contextRevision });
  return {
    host,
    clock,
    log,
    known: { service: prints(), ingress: prints() },
    domains: prints(),
    ofMembers: new Map(),
    wake(kind, id) {
      const [namespace = '', name = ''] = id.split('/');
      out.enqueue({ v: 1, kind, namespace, name, ...now() });
    },
    wakeAll: () => out.enqueue({ v: 1, kind: 'all', ...now() }),
  };
}

/** @returns what a later message replaces an earlier one by */
export function recordKey(message: RecordMessage): string {
  return message.kind === 'all'
    ? message.kind
    : [message.kind, message.namespace, message.name].join('/');
}

export function idOf(object: JsonObject): string {
  return qualifiedName(keyOfObject(object));
}

/** Status writes, ours among them, leave all of that as it is. */
export function factsOfRecord(object: JsonObject) {
  const { uid, generation, deletionTimestamp } = objectAt(object, 'metadata') ?? {};
  const annotation = (name: string) => stringAt(object, 'metadata', 'annotations', name) ?? null;
  return [
    uid ?? null,
    generation ?? null,
    deletionTimestamp ?? null,
    annotation(HOSTED_ZONE_ANNOTATION),
    annotation(DNS_TAKE_OVER_ANNOTATION),
  ];
}
