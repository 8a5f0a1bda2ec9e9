/** A host with DNSEndpoints, and a hosted zone that they are written to. */
import { virtualClock } from '../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { memoryLog, memoryMetrics } from '../../lib/adapters/memory/log.ts';
import { DNS_ENDPOINTS } from '../../lib/model/dns-record.ts';
import { type JsonObject, valueAt } from '../../lib/model/json.ts';
import type { RecordMessage, ZonePass } from '../../lib/model/messages.ts';
import type { HostedZone } from '../../lib/model/record-set.ts';
import { zoneStage } from '../../lib/stages/zone.ts';
import { memoryZones } from '../route53/memory-zones.ts';
import { keptQueue, SHOP } from './federation.ts';
import { KUBEFED_NAMESPACE } from './objects.ts';

export const ZONE: HostedZone = { id: 'Z1EXAMPLE', name: 'example.com' };

export function endpoint(name: string, targets: string[], more: JsonObject = {}): JsonObject {
  const dnsName = `${name}.example.com`;
  return { dnsName, recordType: 'A', targets, recordTTL: 180, ...more };
}

export function aliasTo(host: string, region: string, dnsName: string): JsonObject {
  return {
    dnsName,
    recordType: 'A',
    targets: [host],
    setIdentifier: region,
    providerSpecific: [
      { name: 'alias', value: 'true' },
      { name: 'aws/evaluate-target-health', value: 'true' },
      { name: 'aws/region', value: region },
      { name: 'aws/target-hosted-zone', value: `Z${region.toUpperCase().replaceAll('-', '')}` },
    ],
  };
}

export function zoneHost(options: { zones?: readonly HostedZone[]; mostSets?: number } = {}) {
  const hostedZones = options.zones ?? [ZONE];
  const clock = virtualClock();
  const host = memoryCluster({ name: 'host', clock });
  const zones = memoryZones(hostedZones, options.mostSets);
  const records = keptQueue<RecordMessage>();
  const log = memoryLog();
  const ports = {
    host,
    zones,
    records,
    clock,
    log,
    metrics: memoryMetrics(),
    kubefedNamespace: KUBEFED_NAMESPACE,
    zoneIds: hostedZones.map(({ id }) => id),
    ownerId: 'us',
  };
  let stage = zoneStage(ports);
  const keyOf = (name: string) => ({ namespace: SHOP, name });
  return {
    ...{ host, zones, records, clock, log, ports },
    put(name: string, endpoints: readonly JsonObject[], metadata: JsonObject = {}) {
      const current = host.peek(DNS_ENDPOINTS, keyOf(name));
      const generation = Number(valueAt(current, 'metadata', 'generation') ?? 0) + 1;
      host.seed(DNS_ENDPOINTS, {
        ...current,
        metadata: { ...Object(current?.['metadata']), ...keyOf(name), generation, ...metadata },
        spec: { endpoints: [...endpoints] },
      });
    },
    delete: (name: string) => host.delete(DNS_ENDPOINTS, keyOf(name)),
    status: (name: string) => valueAt(host.peek(DNS_ENDPOINTS, keyOf(name)), 'status'),
    problems: (name: string, zone = ZONE.id) =>
      valueAt(host.peek(DNS_ENDPOINTS, keyOf(name)), 'status', 'zones', zone, 'problems'),
    /** another worker: it remembers nothing */
    restart() {
      stage = zoneStage(ports);
    },
    async pass(about: Partial<ZonePass> = {}, attempt = 1) {
      const message = { v: 1, kind: 'zone', zone: ZONE.id, seenAtMs: 0, ...about } as const;
      const [verdict] = await stage([{ message, attempt }]);
      return verdict;
    },
    shown: (zone = ZONE.id) => zones.sets(zone).map(shownSet),
    passBatch: (batch: readonly ZonePass[]) =>
      stage(batch.map((message) => ({ message, attempt: 1 }))),
  };
}

function shownSet(set: ReturnType<ReturnType<typeof memoryZones>['sets']>[number]): string {
  const { name, type, setIdentifier = '-', values, alias } = set;
  const target = alias === undefined ? values.join(' ') : `→ ${alias.name}`;
  return [name, type, setIdentifier, type === 'TXT' ? 'owner' : target].join(' ');
}
