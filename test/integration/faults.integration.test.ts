import { describe, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import { NAMESPACE } from '../bench/measure.ts';
import type { FastCluster } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { testFederation } from './test-federation.ts';

const OBJECTS = 60;
/** Long enough for a lost watch (lease of 15 s) and a lost member (health every 5 s here) on a busy machine. */
const PATIENCE_SECONDS = 90;

const federation = testFederation({ members: 2, scheduleSpeedup: 12, prepares: true });

describe('a federation', () => {
  it('loses nothing when the watch crashes in the middle of a burst', async () => {
    const names = await createWhile('crash', () => federation.runtime.crash('watch'));

    await Promise.all(federation.members.map((member) => hasAll(member, names)));
    await areReported(names, 'True');
  }, 240_000);

  it('goes on from where it was when the API server of a member restarts', async () => {
    const [member] = federation.members;
    const names = await createWhile('restart', async () => {
      await member?.plane.stopServer();
      await member?.plane.startServer();
    });

    await Promise.all(federation.members.map((each) => hasAll(each, names)));
    await areReported(names, 'True');
  }, 240_000);

  it('serves the other members when one is gone for good, and says so', async () => {
    const [lost, other] = federation.members;
    if (lost === undefined || other === undefined) throw new Error('two members are needed');
    const names = await createWhile('lost', () => lost.plane.stopServer());

    await hasAll(other, names);
    await areReported(names, 'False');
    const [name = ''] = names;
    await until('the lost member is told as not ready', PATIENCE_SECONDS, async () => {
      const seen = entriesOf(must(await read(name)));
      return { done: seen[lost.name] === 'ClusterNotReady' && seen[other.name] === '', seen };
    });
    await lost.plane.startServer();
    await hasAll(lost, names);
    await areReported(names, 'True');
  }, 300_000);
});

/** Creates objects and, half-way, does something to the federation. */
async function createWhile(prefix: string, disturb: () => unknown): Promise<string[]> {
  const names = Array.from({ length: OBJECTS }, (_, i) => `${prefix}-${i}`);
  const half = OBJECTS / 2;
  await Promise.all(names.slice(0, half).map(create));
  const disturbed = disturb();
  await Promise.all(names.slice(half).map(create));
  await disturbed;
  return names;
}

async function create(name: string): Promise<void> {
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { name, namespace: NAMESPACE },
      spec: { template: { data: { name } }, placement: { clusterSelector: {} } },
    }),
  );
}

function read(name: string) {
  return federation.host.api.get(FEDERATED_CONFIG_MAPS, objectKey(NAMESPACE, name));
}

async function hasAll(member: FastCluster, names: readonly string[]): Promise<void> {
  await until(`all of them in ${member.name}`, PATIENCE_SECONDS, async () => {
    const listed = await member.api.list(CONFIG_MAPS, { namespace: NAMESPACE });
    const items = listed.ok ? listed.value.items : [];
    const right = new Set(items.filter(isRight).map(nameOf));
    const missing = names.filter((name) => !right.has(name));
    return { done: missing.length === 0, seen: missing.slice(0, 5) };
  });
}

async function areReported(names: readonly string[], status: 'True' | 'False'): Promise<void> {
  await until(`all of them reported as ${status}`, PATIENCE_SECONDS, async () => {
    const { items } = must(
      await federation.host.api.list(FEDERATED_CONFIG_MAPS, { namespace: NAMESPACE }),
    );
    const wrong = items.filter(
      (item) => names.includes(nameOf(item)) && propagation(item) !== status,
    );
    return { done: wrong.length === 0, seen: wrong.slice(0, 3).map((item) => item['status']) };
  });
}

/** The content is that of the template, whatever happened on the way. */
function isRight(configMap: JsonObject): boolean {
  return stringAt(configMap, 'data', 'name') === nameOf(configMap);
}

function propagation(federated: JsonObject): string | undefined {
  const conditions = listAt(federated, 'status', 'conditions');
  return stringAt(
    conditions.find((c) => stringAt(c, 'type') === 'Propagation'),
    'status',
  );
}

function entriesOf(federated: JsonObject): Record<string, string> {
  const entries = listAt(federated, 'status', 'clusters');
  return Object.fromEntries(
    entries.map((entry) => [stringAt(entry, 'name') ?? '', stringAt(entry, 'status') ?? '']),
  );
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
