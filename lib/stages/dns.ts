import { DNS_ENDPOINTS, RECORD_KINDS, RECORDS } from '../model/dns-record.ts';
import type { JsonObject } from '../model/json.ts';
import type { RecordChange, RecordMessage } from '../model/messages.ts';
import type { RecordQueue } from '../ports.ts';
import { ownerOf } from './dns/dns-endpoint.ts';
import { bringInLine, type RecordPorts } from './dns/record.ts';
import { inFull } from './in-full.ts';
import { tryAgainAfter, unwrap } from './unwrap.ts';
import { DONE, grouped, type Received, type Verdict } from './verdict.ts';
import { keyOfObject } from './watch/memory.ts';
import { recordKey } from './watch/record-state.ts';

export interface DnsPorts extends RecordPorts {
  readonly records: RecordQueue;
}

/**
 * Brings the records that a batch names in line: status and DNSEndpoint, one pass per record. A message about all
 * records is sent on as one per record.
 */
export async function dns(
  ports: DnsPorts,
  batch: readonly Received<RecordMessage>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  await Promise.all(
    grouped(batch, recordKey).map(async ({ indices, newest }) => {
      const attempt = Math.max(...indices.map((index) => batch[index]?.attempt ?? 1));
      const verdict = await handle(ports, newest.message, attempt);
      for (const index of indices) verdicts[index] = verdict;
    }),
  );
  return verdicts;
}

async function handle(ports: DnsPorts, message: RecordMessage, attempt: number): Promise<Verdict> {
  try {
    if (message.kind !== 'all') return await bringInLine(ports, message, attempt);
    const changes = await expand(ports, message);
    if (changes.length > 0) await ports.records.send(changes);
    return DONE;
  } catch (error) {
    ports.log.warn('record not brought in line, trying again', { ...message, error });
    return tryAgainAfter(error);
  }
}

/** @returns a change for each record, and for each that left a DNSEndpoint behind; in no particular order */
async function expand(
  { host }: DnsPorts,
  { seenAtMs, contextRevision = seenAtMs }: RecordMessage,
): Promise<RecordChange[]> {
  const listed = await inFull([
    ...RECORD_KINDS.map(async (kind) => {
      const found = await host.list(RECORDS[kind], { metadataOnly: true });
      return unwrap(found).items.map((object) => ({ kind, ...named(object) }));
    }),
    host.list(DNS_ENDPOINTS, { metadataOnly: true }).then((found) =>
      unwrap(found).items.flatMap((object) => {
        const owner = ownerOf(object);
        return owner === undefined ? [] : [{ ...owner, namespace: named(object).namespace }];
      }),
    ),
  ]);
  const unique = new Map(
    listed.flat().map((each) => [[each.kind, each.namespace, each.name].join('\n'), each]),
  );
  return [...unique.values()].map((each) => ({ v: 1, ...each, seenAtMs, contextRevision }));
}

function named(object: JsonObject): { namespace: string; name: string } {
  const { namespace = '', name } = keyOfObject(object);
  return { namespace, name };
}
