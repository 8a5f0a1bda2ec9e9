import { RECORD_KINDS } from '../model/dns-record.ts';
import type { RecordChange, ZonePass } from '../model/messages.ts';
import type { Clock, RecordQueue, ZoneQueue } from '../ports.ts';
import { ownerOf } from './dns/dns-endpoint.ts';
import { DONE, grouped, RETRY, type Received, type Verdict } from './verdict.ts';
import { keyOfObject } from './watch/memory.ts';
import { bringZoneInLine, type ZonePassed, type ZonePorts } from './zone/bring-zone-in-line.ts';

export interface ZoneStagePorts extends ZonePorts {
  /** told of records whose names have other problems than before */
  readonly records: RecordQueue;
}

/**
 * Brings the hosted zones that a batch names in line, one pass for each. Messages about a change that an earlier pass has
 * seen already cost nothing: a burst of changes is a few passes.
 *
 * @returns what handles the batches of one worker
 */
export function zoneStage(
  ports: ZoneStagePorts,
): (batch: readonly Received<ZonePass>[]) => Promise<readonly Verdict[]> {
  /** by zone: the version of the list of DNSEndpoints that the last complete pass has seen */
  const served = new Map<string, bigint>();

  async function pass(zone: string, batch: readonly Received<ZonePass>[]): Promise<Verdict> {
    const seen = served.get(zone);
    if (batch.every(({ message }) => isServed(message, seen))) return DONE;
    const audit = batch.some(({ message }) => message.audit === true);
    const attempt = Math.max(...batch.map((each) => each.attempt));
    try {
      const passed = await bringZoneInLine(ports, { zoneId: zone, audit, attempt });
      await ports.records.send(recordsOf(ports.clock, passed));
      if (passed.verdict === DONE) served.set(zone, versionOf(passed.resourceVersion));
      return passed.verdict;
    } catch (error) {
      ports.log.warn('zone not brought in line, trying again', { zone, error });
      return RETRY;
    }
  }

  return async (batch) => {
    const verdicts: Verdict[] = batch.map(() => DONE);
    // One after the other: the zones of an account share one rate at Route 53.
    for (const { indices, newest } of grouped(batch, ({ zone }) => zone)) {
      const same = indices.flatMap((index) => batch[index] ?? []);
      const verdict = await pass(newest.message.zone, same);
      for (const index of indices) verdicts[index] = verdict;
    }
    return verdicts;
  };
}

/** @returns the messages that ask for every zone again */
export function passAll(
  zoneIds: readonly string[],
  { nowMs }: Pick<Clock, 'nowMs'>,
  audit = false,
): ZonePass[] {
  const rest = audit ? { audit } : {};
  return zoneIds.map((zone) => ({ v: 1, kind: 'zone', zone, seenAtMs: nowMs(), ...rest }));
}

/** Every day: the zones are listed, and what is not as it ought to be is put right. */
export async function auditZones(
  queue: ZoneQueue,
  zoneIds: readonly string[],
  clock: Clock,
): Promise<void> {
  await queue.send(passAll(zoneIds, clock, true));
}

function isServed({ resourceVersion, audit }: ZonePass, seen: bigint | undefined): boolean {
  if (resourceVersion === undefined || audit === true || seen === undefined) return false;
  return versionOf(resourceVersion) <= seen;
}

/** Source: Kubernetes 1.35, resource versions are comparable as whole numbers; those kept in etcd always were */
function versionOf(resourceVersion: string): bigint {
  return /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : 0n;
}

function recordsOf({ nowMs }: Clock, { changed }: ZonePassed): RecordChange[] {
  return changed.flatMap((object) => {
    const owner = ownerOf(object);
    const kind = RECORD_KINDS.find((each) => each === owner?.kind);
    if (owner === undefined || kind === undefined) return [];
    const { namespace = '' } = keyOfObject(object);
    return [{ v: 1, kind, namespace, name: owner.name, seenAtMs: nowMs() }];
  });
}
