import {
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../lib/model/json.ts';
import { CONFIG_MAPS, EVENTS, KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import type { FastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, FEDERATED_NAMESPACES, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

/** FederatedConfigMaps on real API servers, and where their copies are. */

const PATIENCE_SECONDS = 60;

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** Makes a namespace on the host; without a placement nothing is said of members. */
export async function makeNamespace(
  { host }: FastFederation,
  name: string,
  placement?: JsonObject,
): Promise<void> {
  must(await host.api.create(NAMESPACES, { metadata: { name } }));
  if (placement === undefined) return;
  await makeFederated(host.api, 'FederatedNamespace', { namespace: name, name }, { placement });
}

/** Makes a FederatedConfigMap. */
export async function makeConfigMap(
  { host }: FastFederation,
  key: Key,
  spec: JsonObject,
): Promise<void> {
  await makeFederated(host.api, 'FederatedConfigMap', key, spec);
}

async function makeFederated(
  api: FastFederation['host']['api'],
  kind: 'FederatedConfigMap' | 'FederatedNamespace',
  key: Key,
  spec: JsonObject,
): Promise<void> {
  const resource = kind === 'FederatedConfigMap' ? FEDERATED_CONFIG_MAPS : FEDERATED_NAMESPACES;
  const object = { apiVersion: 'types.kubefed.io/v1beta1', kind, metadata: { ...key }, spec };
  must(await api.create(resource, object));
}

/** As `kubectl label kubefedclusters`; null takes the label off. */
export async function labelCluster(
  { host }: FastFederation,
  name: string,
  labels: Readonly<Record<string, string | null>>,
): Promise<void> {
  const key = { namespace: 'kube-federation-system', name };
  must(await host.api.patch(KUBEFED_CLUSTERS, key, { metadata: { labels } }));
}

/** @returns the data of the copy by member; members without a copy are left out */
export async function copiesOf(
  { members }: FastFederation,
  key: Key,
): Promise<Record<string, JsonValue>> {
  const copies: Record<string, JsonValue> = {};
  for (const { name, api } of members) {
    const found = await api.get(CONFIG_MAPS, key);
    if (found.ok) copies[name] = found.value['data'] ?? null;
  }
  return copies;
}

/** Waits until exactly these members have a copy with this data. */
export async function untilCopiesAre(
  federation: FastFederation,
  key: Key,
  wanted: Readonly<Record<string, JsonValue>>,
): Promise<void> {
  await until(`copies of ${key.name}`, PATIENCE_SECONDS, async () => {
    const seen = await copiesOf(federation, key);
    return { done: JSON.stringify(seen) === JSON.stringify(wanted), seen };
  });
}

/** Waits until the status is about the present spec and there is nothing left to do. @returns the status */
export async function untilReported(federation: FastFederation, key: Key): Promise<JsonObject> {
  const { seen } = await until(`${key.name} is reported`, PATIENCE_SECONDS, async () => {
    const object = must(await federation.host.api.get(FEDERATED_CONFIG_MAPS, key));
    const seen = objectAt(object, 'status');
    const generation = valueAt(object, 'metadata', 'generation');
    const going = listAt(seen, 'clusters').some(
      (one) => stringAt(one, 'status') === 'WaitingForRemoval',
    );
    return { done: seen?.['observedGeneration'] === generation && !going, seen: { seen } };
  });
  return seen ?? {};
}

/** @returns status, reason and the entries that are not in sync */
export function verdictOf(status: JsonObject): {
  propagated: string | undefined;
  reason: string | undefined;
  failed: (string | undefined)[];
} {
  const condition = listAt(status, 'conditions').find(
    (one) => stringAt(one, 'type') === 'Propagation',
  );
  return {
    propagated: stringAt(condition, 'status'),
    reason: stringAt(condition, 'reason'),
    failed: listAt(status, 'clusters')
      .map((entry) => stringAt(entry, 'status'))
      .filter((one) => one !== undefined),
  };
}

/** @returns reasons and messages of the events about an object, sorted */
export async function eventsAbout({ host }: FastFederation, key: Key): Promise<string[]> {
  const events = must(await host.api.list(EVENTS, { namespace: key.namespace })).items;
  return events
    .filter((event) => stringAt(event, 'involvedObject', 'name') === key.name)
    .map((event) => `${stringAt(event, 'reason')}: ${stringAt(event, 'message')}`)
    .sort();
}
