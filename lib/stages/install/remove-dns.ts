import { readState } from '../../core/zone/zone-state.ts';
import { DNS_ENDPOINTS, DOMAINS, RECORD_KINDS, RECORDS } from '../../model/dns-record.ts';
import { stringAt } from '../../model/json.ts';
import { HOSTED_ZONE_LABEL } from '../../model/names.ts';
import { CONFIG_MAPS } from '../../model/resources.ts';
import type { Clock, Cluster } from '../../ports.ts';
import { unwrap } from '../unwrap.ts';
import { deleteAll } from './delete-all.ts';

interface Ports {
  readonly host: Cluster;
  readonly clock: Clock;
  readonly kubefedNamespace: string;
}

const CLEAR_WITHIN_MS = 180_000;
const POLL_MS = 2_000;
/** Whoever asks for names goes before the names. */
const IN_ORDER = [...RECORD_KINDS.map((kind) => RECORDS[kind]), DOMAINS, DNS_ENDPOINTS];

/**
 * Deletes all that asks for DNS names, and waits until the running stages have cleared the hosted zones of what they
 * wrote: later nobody would know which record sets were ours.
 *
 * @throws when record sets of ours are left after three minutes (the message names some, and what to do), or the host refuses
 */
export async function removeDns(ports: Ports): Promise<void> {
  const { host, clock } = ports;
  for (const resource of IN_ORDER) await deleteAll(host, resource, { metadataOnly: true });
  const untilMs = clock.nowMs() + CLEAR_WITHIN_MS;
  for (;;) {
    const { names, configMaps } = await leftInZones(ports);
    if (names.length === 0) return;
    if (clock.nowMs() > untilMs) {
      throw new Error(
        `record sets of ours are still in Route 53, e.g. ${names.slice(0, 5).join(', ')}; see why the function zone does ` +
          `not remove them, or delete ConfigMap ${configMaps.join(', ')} to leave them there, and try again`,
      );
    }
    await clock.sleep(POLL_MS);
  }
}

async function leftInZones({ host, kubefedNamespace: namespace }: Ports) {
  const { items } = unwrap(
    await host.list(CONFIG_MAPS, { namespace, labelSelector: HOSTED_ZONE_LABEL }),
  );
  const holding = items.filter((one) => readState([one]).owned.length > 0);
  const names = new Set(readState(holding).owned.map(({ set }) => set.name));
  const configMaps = holding.map((one) => `${namespace}/${stringAt(one, 'metadata', 'name')}`);
  return { names: [...names].sort(), configMaps };
}
