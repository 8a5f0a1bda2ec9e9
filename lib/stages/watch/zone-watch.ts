import { DNS_ENDPOINTS } from '../../model/dns-record.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { ZonePass } from '../../model/messages.ts';
import { coalescing } from './dispatcher.ts';
import { HOST } from './host-sources.ts';
import { prints } from './prints.ts';
import { factsOfRecord, idOf } from './record-state.ts';
import type { SideWatchPorts } from './side-watches.ts';
import type { Source } from './sources.ts';

export interface ZoneWatch {
  /** the watch of DNSEndpoints; none without zones to write to */
  readonly sources: readonly Source[];
  flushed(): Promise<void>;
}

/**
 * Tells of the hosted zones whenever a DNSEndpoint came, went or changed. Which zone its names are in is not asked: a pass
 * that finds nothing to do costs two calls to the host and none to Route 53.
 */
export function zoneWatch(ports: SideWatchPorts): ZoneWatch {
  const { zones, clock, host } = ports;
  if (zones === undefined) return { sources: [], flushed: async () => {} };
  const out = coalescing<ZonePass>(ports, zones.queue, ({ zone }) => zone);
  const seen = prints();
  const tell = (changed: readonly string[], object?: JsonObject): void => {
    if (changed.length === 0) return;
    const resourceVersion = stringAt(object, 'metadata', 'resourceVersion');
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    for (const zone of zones.ids) {
      out.enqueue({ v: 1, kind: 'zone', zone, seenAtMs: clock.nowMs(), ...version });
    }
  };
  const source: Source = {
    clusterName: HOST,
    cluster: host,
    resource: DNS_ENDPOINTS,
    options: { metadataOnly: true },
    onEvent: ({ object, type }) => {
      const facts = type === 'DELETED' ? undefined : factsOfRecord(object);
      tell(seen.take(idOf(object), facts), object);
    },
    onList: (items) => tell(seen.takeAll(items.map((each) => [idOf(each), factsOfRecord(each)]))),
  };
  return { sources: [source], flushed: () => out.flushed() };
}
