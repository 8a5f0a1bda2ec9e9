import { setTimeout as sleep } from 'node:timers/promises';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  type ApiCalls,
  apiCalls,
  callsBetween,
  describeCalls,
  writesAmong,
} from '../environment/api-calls.ts';
import type { FastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, FEDERATED_NAMESPACES, must } from '../walkthrough/objects.ts';
import { isPropagated, watchArrivals } from './arrivals.ts';

export const NAMESPACE = 'bench';
/** Requests that one client has under way at a time, for the floor and for the burst alike. */
const AT_ONCE = 50;
const REST_SECONDS = 10;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Makes the namespace and waits until every member has it. */
export async function prepare(federation: FastFederation): Promise<void> {
  const { host, members } = federation;
  const metadata = { name: NAMESPACE };
  must(await host.api.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata }));
  must(
    await host.api.create(FEDERATED_NAMESPACES, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedNamespace',
      metadata: { name: NAMESPACE, namespace: NAMESPACE },
      spec: { placement: { clusterSelector: {} } },
    }),
  );
  for (const { api } of members) {
    while (!(await api.get(NAMESPACES, metadata)).ok) await sleep(50);
  }
  await federation.runtime.idle();
}

/** The same objects written into the members directly: what cannot be beaten on this machine. */
export async function floorSeconds(federation: FastFederation, objects: number): Promise<number> {
  const startMs = performance.now();
  await Promise.all(
    federation.members.map(({ api }) =>
      inParallel(objects, (i) => api.create(CONFIG_MAPS, configMap(`floor-${i}`, 'v1'))),
    ),
  );
  const seconds = secondsSince(startMs);
  for (const { api } of federation.members) {
    const names = Array.from({ length: objects }, (_, i) => `floor-${i}`);
    await inParallel(objects, (i) =>
      api.delete(CONFIG_MAPS, { namespace: NAMESPACE, name: names[i] ?? '' }),
    );
  }
  return seconds;
}

/** One object after the other: from the request on the host to the last member having it. */
export async function oneByOne(
  federation: FastFederation,
  times: number,
): Promise<{ create: Latency; update: Latency }> {
  const create = await latencies(federation, times, 'v1', (api, name) =>
    api.create(FEDERATED_CONFIG_MAPS, federatedConfigMap(name, 'v1')),
  );
  await federation.runtime.idle();
  const update = await latencies(federation, times, 'v2', (api, name) =>
    api.patch(
      FEDERATED_CONFIG_MAPS,
      { namespace: NAMESPACE, name },
      { spec: { template: { data: { value: 'v2' } } } },
    ),
  );
  await federation.runtime.idle();
  return { create, update };
}

async function latencies(
  { host, members }: FastFederation,
  times: number,
  value: string,
  act: (api: Cluster, name: string) => ReturnType<Cluster['create']>,
): Promise<Latency> {
  const arrivals = members.map(({ api }) =>
    watchArrivals(api, CONFIG_MAPS, (object) => stringAt(object, 'data', 'value') === value),
  );
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const startMs = performance.now();
    must(await act(host.api, `one-${i}`));
    const seenAt = await Promise.all(arrivals.map((arrival) => arrival.seen(`one-${i}`)));
    took.push(Math.max(...seenAt) - startMs);
    // Apart, so that no object rides on the batch of another.
    await sleep(20);
  }
  for (const arrival of arrivals) arrival.stop();
  took.sort((a, b) => a - b);
  const at = (share: number) => rounded(took[Math.ceil(took.length * share) - 1] ?? 0);
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export interface Burst {
  /** until every member has every object */
  readonly seconds: number;
  /** until the host says so of every object */
  readonly statusSeconds: number;
  readonly hostCalls: ApiCalls;
  /** of all members together */
  readonly memberCalls: ApiCalls;
}

/** All objects at once. */
export async function burst(federation: FastFederation, objects: number): Promise<Burst> {
  const { host, members, runtime } = federation;
  const isMany = (object: JsonObject) =>
    (stringAt(object, 'metadata', 'name') ?? '').startsWith('many-');
  const arrivals = members.map(({ api }) => watchArrivals(api, CONFIG_MAPS, isMany));
  const reported = watchArrivals(
    host.api,
    FEDERATED_CONFIG_MAPS,
    (object) => isMany(object) && isPropagated(object),
  );
  const [hostBefore, ...membersBefore] = await Promise.all(
    [host, ...members].map(({ plane }) => apiCalls(plane)),
  );
  const startMs = performance.now();
  const creating = inParallel(objects, (i) =>
    host.api.create(FEDERATED_CONFIG_MAPS, federatedConfigMap(`many-${i}`, 'v1')),
  );
  await Promise.all([creating, ...arrivals.map((arrival) => arrival.count(objects))]);
  const seconds = secondsSince(startMs);
  await reported.count(objects);
  const statusSeconds = secondsSince(startMs);
  for (const watching of [...arrivals, reported]) watching.stop();
  await runtime.idle();
  const [hostAfter, ...membersAfter] = await Promise.all(
    [host, ...members].map(({ plane }) => apiCalls(plane)),
  );
  return {
    seconds,
    statusSeconds,
    hostCalls: callsBetween(hostBefore ?? new Map(), hostAfter ?? new Map()),
    memberCalls: sum(
      membersBefore.map((calls, i) => callsBetween(calls, membersAfter[i] ?? calls)),
    ),
  };
}

/** Deletes the namespace on the host, with all that is in it. */
export async function cleanup({ host, members }: FastFederation) {
  const arrivals = members.map(({ api }) => watchArrivals(api, CONFIG_MAPS, isManaged));
  await Promise.all(arrivals.map((arrival) => arrival.count(1)));
  const startMs = performance.now();
  must(await host.api.delete(NAMESPACES, { name: NAMESPACE }));
  await Promise.all(arrivals.map((arrival) => arrival.gone()));
  const membersSeconds = secondsSince(startMs);
  while ((await host.api.get(NAMESPACES, { name: NAMESPACE })).ok) await sleep(50);
  for (const arrival of arrivals) arrival.stop();
  return { membersSeconds, hostSeconds: secondsSince(startMs) };
}

/** @returns what was written to host and members in ten quiet seconds */
export async function writesAtRest({ host, members }: FastFederation): Promise<string[]> {
  const planes = [host, ...members].map(({ plane }) => plane);
  const before = await Promise.all(planes.map(apiCalls));
  await sleep(REST_SECONDS * 1000);
  const after = await Promise.all(planes.map(apiCalls));
  return planes.flatMap((plane, i) => {
    const calls = callsBetween(before[i] ?? new Map(), after[i] ?? new Map());
    return describeCalls(writesAmong(calls)).map((call) => `${plane.name}: ${call}`);
  });
}

async function inParallel(
  times: number,
  act: (i: number) => ReturnType<Cluster['create']>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < times) must(await act(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function isManaged(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'labels', 'kubefed.io/managed') === 'true';
}

function configMap(name: string, value: string): JsonObject {
  const metadata = { name, namespace: NAMESPACE };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
}

function federatedConfigMap(name: string, value: string): JsonObject {
  return {
    apiVersion: 'types.kubefed.io/v1beta1',
    kind: 'FederatedConfigMap',
    metadata: { name, namespace: NAMESPACE },
    spec: { template: { data: { value } }, placement: { clusterSelector: {} } },
  };
}

function sum(counts: readonly ApiCalls[]): ApiCalls {
  const total = new Map<string, number>();
  for (const calls of counts) {
    for (const [key, count] of calls) total.set(key, (total.get(key) ?? 0) + count);
  }
  return total;
}

export function secondsSince(ms: number): number {
  return Math.round(performance.now() - ms) / 1000;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
