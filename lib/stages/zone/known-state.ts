import {
  readState,
  STATE_SHARDS,
  stateConfigMap,
  stateName,
  stateTexts,
  type ZoneState,
} from '../../core/zone/zone-state.ts';
import { stringAt } from '../../model/json.ts';
import { HOSTED_ZONE_LABEL } from '../../model/names.ts';
import { CONFIG_MAPS } from '../../model/resources.ts';
import type { Cluster } from '../../ports.ts';
import { inFull } from '../in-full.ts';
import { unwrap } from '../unwrap.ts';

export interface StatePorts {
  readonly host: Cluster;
  readonly kubefedNamespace: string;
}

export interface LoadedState {
  readonly state: ZoneState;
  /** as it stands on the host, by shard */
  readonly parts: ReadonlyMap<string, { readonly text: string; readonly resourceVersion: string }>;
}

/**
 * Reads what we have written to a zone: one call.
 *
 * @throws {HostError} the host refused
 */
export async function loadState(
  { host, kubefedNamespace: namespace }: StatePorts,
  zoneId: string,
): Promise<LoadedState> {
  const labelSelector = `${HOSTED_ZONE_LABEL}=${zoneId}`;
  const { items } = unwrap(await host.list(CONFIG_MAPS, { namespace, labelSelector }));
  const byName = new Map(items.map((each) => [stringAt(each, 'metadata', 'name') ?? '', each]));
  const parts = new Map<string, { text: string; resourceVersion: string }>();
  for (const shard of STATE_SHARDS) {
    const found = byName.get(stateName(zoneId, shard));
    if (found === undefined) continue;
    const text = stringAt(found, 'data', 'state') ?? '';
    parts.set(shard, {
      text,
      resourceVersion: stringAt(found, 'metadata', 'resourceVersion') ?? '',
    });
  }
  return { state: readState(items), parts };
}

/**
 * Writes the parts that differ, at most 16, each only if nobody else has written it meanwhile.
 *
 * @throws {HostError} the host refused
 */
export async function saveState(
  { host, kubefedNamespace: namespace }: StatePorts,
  zoneId: string,
  { before, after }: { readonly before: LoadedState; readonly after: ZoneState },
): Promise<void> {
  const texts = stateTexts(after);
  const empty = '{}';
  const writes = STATE_SHARDS.map(async (shard) => {
    const stored = before.parts.get(shard);
    const text = texts.get(shard) ?? (stored === undefined ? undefined : empty);
    if (text === undefined || text === stored?.text) return;
    if (stored === undefined) {
      unwrap(await host.create(CONFIG_MAPS, stateConfigMap(zoneId, shard, { namespace, text })));
      return;
    }
    const key = { namespace, name: stateName(zoneId, shard) };
    const metadata = { resourceVersion: stored.resourceVersion };
    unwrap(await host.patch(CONFIG_MAPS, key, { metadata, data: { state: text } }));
  });
  await inFull(writes);
}
