import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { type ObjectKey, objectKey, type Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, FEDERATED_NAMESPACES, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const PATIENCE_SECONDS = 60;
const KEY = objectKey(NAMESPACE, 'paused');
const OBJECT = { resource: FEDERATED_CONFIG_MAPS, key: KEY };
const ITS_NAMESPACE = { resource: FEDERATED_NAMESPACES, key: objectKey(NAMESPACE, NAMESPACE) };
const MEMBER_1 = {
  resource: KUBEFED_CLUSTERS,
  key: { namespace: 'kube-federation-system', name: 'member-1' },
};

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  await prepare(federation);
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { ...KEY },
      spec: { template: { data: { color: 'red' } }, placement: { clusterSelector: {} } },
    }),
  );
  for (const member of federation.members) await isIn(member, 'red');
}, 180_000);

afterAll(() => federation?.stop());

describe('the annotation kubefed.io/paused', () => {
  it.each([
    { on: 'the object', subject: OBJECT, code: 'Paused', color: 'green' },
    { on: 'its FederatedNamespace', subject: ITS_NAMESPACE, code: 'Paused', color: 'blue' },
  ])(
    'on $on holds an edit back, and lets it go at once',
    async ({ subject, code, color }) => {
      const [member] = federation.members;
      if (member === undefined) throw new Error('a member is needed');
      await annotate(subject, 'true');
      await tells({ 'member-1': code, 'member-2': code });
      const before = await colorIn(member);
      await edit(color);
      await isObserved();
      expect(await colorIn(member)).toBe(before);

      await annotate(subject, null);
      for (const each of federation.members) await isIn(each, color);
      await tells({ 'member-1': '', 'member-2': '' });
    },
    120_000,
  );

  it('on a KubeFedCluster holds it back there alone', async () => {
    const [first, second] = federation.members;
    if (first === undefined || second === undefined) throw new Error('two members are needed');
    await annotate(MEMBER_1, 'true');
    await tells({ 'member-1': 'ClusterPaused', 'member-2': '' });
    await edit('white');
    await isIn(second, 'white');
    expect(await colorIn(first)).toBe('blue');

    await annotate(MEMBER_1, null);
    await isIn(first, 'white');
  }, 120_000);

  it('keeps an object that is deleted until it is taken off', async () => {
    const [member] = federation.members;
    if (member === undefined) throw new Error('a member is needed');
    await annotate(OBJECT, 'true');
    must(await federation.host.api.delete(FEDERATED_CONFIG_MAPS, KEY));
    await isObserved();
    await tells({ 'member-1': 'Paused', 'member-2': 'Paused' });
    expect(await colorIn(member)).toBe('white');

    await annotate(OBJECT, null);
    await until('it is gone everywhere', PATIENCE_SECONDS, async () => {
      const found = await federation.host.api.get(FEDERATED_CONFIG_MAPS, KEY);
      return { done: !found.ok && (await colorIn(member)) === undefined, seen: found };
    });
  }, 120_000);
});

interface Subject {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

async function annotate({ resource, key }: Subject, paused: string | null): Promise<void> {
  const metadata = { annotations: { 'kubefed.io/paused': paused } };
  must(await federation.host.api.patch(resource, key, { metadata }));
}

async function edit(color: string): Promise<void> {
  const spec = { template: { data: { color } } };
  must(await federation.host.api.patch(FEDERATED_CONFIG_MAPS, KEY, { spec }));
}

async function read(): Promise<JsonObject> {
  return must(await federation.host.api.get(FEDERATED_CONFIG_MAPS, KEY));
}

/** What is in its status was said of what is in its spec. */
async function isObserved(): Promise<void> {
  await until('the status is that of the last edit', PATIENCE_SECONDS, async () => {
    const { metadata, status } = await read();
    const [generation, observed] = [Object(metadata).generation, Object(status).observedGeneration];
    return { done: generation === observed, seen: status };
  });
}

async function tells(codes: Record<string, string>): Promise<void> {
  await until(`the status tells ${JSON.stringify(codes)}`, PATIENCE_SECONDS, async () => {
    const { status } = await read();
    const seen = Object.fromEntries(
      listAt(status, 'clusters').map((entry) => [
        stringAt(entry, 'name') ?? '',
        stringAt(entry, 'status') ?? '',
      ]),
    );
    const names = Object.keys(codes);
    return { done: names.every((name) => seen[name] === codes[name]), seen: status ?? null };
  });
}

async function colorIn(member: FastCluster): Promise<string | undefined> {
  const found = await member.api.get(CONFIG_MAPS, KEY);
  return found.ok ? stringAt(found.value, 'data', 'color') : undefined;
}

async function isIn(member: FastCluster, color: string): Promise<void> {
  await until(`${color} in ${member.name}`, PATIENCE_SECONDS, async () => {
    const seen = await colorIn(member);
    return { done: seen === color, seen };
  });
}
