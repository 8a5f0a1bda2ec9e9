import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  stringAt,
} from '../../model/json.ts';
import { HOSTED_ZONE_LABEL } from '../../model/names.ts';
import type { RecordSet } from '../../model/record-set.ts';
import { goJson, textHash } from '../hash.ts';

/** A set in the zone that is ours, as it was when we last wrote or saw it. */
export interface OwnedSet {
  /** the name that it is about; its own one, unless it is the TXT of an owner */
  readonly of: string;
  /** namespace and name of the DNSEndpoint */
  readonly by: string;
  readonly set: RecordSet;
}

/** A name that Route 53 or a conflict keeps out, until it asks for something else. */
export interface HeldName {
  /** `hash` of the desired name that was refused */
  readonly hash: string;
  readonly reason: 'Conflict' | 'Refused';
  readonly message: string;
}

export interface ZoneState {
  readonly owned: readonly OwnedSet[];
  readonly held: ReadonlyMap<string, HeldName>;
}

/** A ConfigMap holds 1 MiB, a zone 10,000 sets of some 250 bytes. */
export const STATE_SHARDS = [...'0123456789abcdef'];

export function stateName(zoneId: string, shard: string): string {
  return `kubefed-eks-zone-${zoneId.toLowerCase()}-${shard}`;
}

/** @returns the texts of the parts that hold anything, by shard; the same for the same state */
export function stateTexts({ owned, held }: ZoneState): Map<string, string> {
  const ownedIn = Map.groupBy(owned, ({ of }) => shardOf(of));
  const heldIn = Map.groupBy([...held], ([name]) => shardOf(name));
  const texts = new Map<string, string>();
  for (const shard of STATE_SHARDS) {
    const sets = ownedIn.get(shard) ?? [];
    const names = heldIn.get(shard) ?? [];
    if (sets.length + names.length === 0) continue;
    const of = (each: OwnedSet) =>
      `${each.of}\n${each.set.name}\n${each.set.type}\n${each.set.setIdentifier ?? ''}`;
    const sorted = sets.toSorted((a, b) => (of(a) < of(b) ? -1 : 1));
    const value = {
      owned: sorted.map(asJson),
      held: Object.fromEntries(names.map(([n, h]) => [n, { ...h }])),
    };
    texts.set(shard, goJson(value));
  }
  return texts;
}

/** @returns the ConfigMap of one part of the state */
export function stateConfigMap(
  zoneId: string,
  shard: string,
  { namespace, text }: { readonly namespace: string; readonly text: string },
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: stateName(zoneId, shard),
      namespace,
      labels: { [HOSTED_ZONE_LABEL]: zoneId },
    },
    data: { state: text },
  };
}

/** @returns the state in all parts together; what somebody has spoilt is not known, and found by the next audit */
export function readState(configMaps: readonly JsonObject[]): ZoneState {
  const owned: OwnedSet[] = [];
  const held = new Map<string, HeldName>();
  for (const configMap of configMaps) {
    const value = parsed(stringAt(configMap, 'data', 'state') ?? '');
    owned.push(...listAt(value, 'owned').flatMap(readOwned));
    const names = isJsonObject(value) && isJsonObject(value['held']) ? value['held'] : {};
    for (const [name, each] of Object.entries(names)) {
      const hash = stringAt(each, 'hash') ?? '';
      const reason = stringAt(each, 'reason') === 'Conflict' ? 'Conflict' : 'Refused';
      held.set(name, { hash, reason, message: stringAt(each, 'message') ?? '' });
    }
  }
  return { owned, held };
}

function shardOf(name: string): string {
  return textHash(name)[0] ?? '0';
}

function asJson({ of, by, set }: OwnedSet): JsonObject {
  const { values, routing, alias, ...rest } = set;
  return {
    ...(of === set.name ? {} : { of }),
    by,
    ...rest,
    ...(values.length === 0 ? {} : { values: [...values] }),
    ...(routing === undefined ? {} : { routing: { ...routing } }),
    ...(alias === undefined ? {} : { alias: { ...alias } }),
  };
}

function readOwned(value: JsonValue): OwnedSet[] {
  const { of, by, ...set } = isJsonObject(value) ? value : {};
  if (typeof set['name'] !== 'string' || typeof set['type'] !== 'string') return [];
  const values = listAt(set, 'values').filter((each) => typeof each === 'string');
  // We wrote it: the shapes are those of asJson.
  const known = { ...set, values } as unknown as RecordSet;
  return [{ of: typeof of === 'string' ? of : known.name, by: String(by ?? ''), set: known }];
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
