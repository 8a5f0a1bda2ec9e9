/** One federated object on the host and its targets in the members, for tests on real API servers. */
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { apiVersionOf, type Resource } from '../../lib/model/resource.ts';
import { NAMESPACE } from '../bench/measure.ts';
import { apiCalls, callsBetween, describeCalls, writesAmong } from '../environment/api-calls.ts';
import type { FastCluster, FastFederation } from '../environment/fast-federation.ts';
import { federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const PATIENCE_SECONDS = 60;

export interface Subject {
  readonly key: { readonly namespace: string; readonly name: string };
  /** Merges into the federated object. */
  edit(patch: JsonObject): Promise<void>;
  /** @returns the target; undefined where there is none */
  target(member: FastCluster): Promise<JsonObject | undefined>;
  /** Merges into the target, as somebody in the member does. */
  touch(member: FastCluster, patch: JsonObject): Promise<void>;
  /** @returns the entry of the member in the status */
  entry(member: FastCluster): Promise<JsonObject>;
  targetIs(member: FastCluster, what: string, is: (target: JsonObject) => boolean): Promise<void>;
  entryIs(member: FastCluster, status: string | undefined): Promise<JsonObject>;
}

/** @returns the object of that name in the namespace of `prepare`; nothing is made yet */
export function subject(federation: FastFederation, target: Resource, name: string): Subject {
  const federated = federatedType(`Federated${target.kind}`);
  const key = { namespace: NAMESPACE, name };
  const { api } = federation.host;

  async function find(member: FastCluster): Promise<JsonObject | undefined> {
    const found = await member.api.get(target, key);
    return !found.ok && found.error.kind === 'NotFound' ? undefined : must(found);
  }

  async function entry({ name: cluster }: FastCluster): Promise<JsonObject> {
    const object = must(await api.get(federated, key));
    const entries = listAt(object, 'status', 'clusters');
    const found = entries.find((one) => stringAt(one, 'name') === cluster);
    return found === undefined ? { status: 'none' } : { ...Object(found) };
  }

  return {
    key,
    entry,
    target: find,
    async edit(patch) {
      must(await api.patch(federated, key, patch));
    },
    async touch(member, patch) {
      must(await member.api.patch(target, key, patch));
    },
    async targetIs(member, what, is) {
      await until(`${name} in ${member.name} ${what}`, PATIENCE_SECONDS, async () => {
        const seen = await find(member);
        return { done: seen !== undefined && is(seen), seen: [seen, await entry(member)] };
      });
    },
    entryIs: (member, status) =>
      until(`${name} is ${status} in ${member.name}`, PATIENCE_SECONDS, async () => {
        const seen = await entry(member);
        return { done: seen['status'] === status, seen };
      }),
  };
}

/** Creates a federated object that is placed in all members. */
export async function federate(
  federation: FastFederation,
  target: Resource,
  name: string,
  spec: JsonObject,
): Promise<Subject> {
  const federated = federatedType(`Federated${target.kind}`);
  const made = subject(federation, target, name);
  const object = {
    apiVersion: apiVersionOf(federated),
    kind: federated.kind,
    metadata: { ...made.key },
    spec: { placement: { clusterSelector: {} }, ...spec },
  };
  must(await federation.host.api.create(federated, object));
  return made;
}

/** @returns what was written to these resources of the member meanwhile, statuses left out, e.g. `1 × PUT jobs` */
export async function writesDuring(
  { plane }: FastCluster,
  resources: readonly Resource[],
  act: () => Promise<unknown>,
): Promise<string[]> {
  const before = await apiCalls(plane);
  await act();
  const writes = writesAmong(callsBetween(before, await apiCalls(plane)));
  const plurals = new Set(resources.map(({ plural }) => plural));
  return describeCalls(
    new Map([...writes].filter(([key]) => plurals.has(key.split(' ')[1] ?? ''))),
  );
}
