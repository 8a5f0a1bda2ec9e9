import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { rehearsedMember } from '../../../lib/cli/plan/rehearsed-member.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../../lib/model/resources.ts';
import type { Cluster } from '../../../lib/ports.ts';

const KEY = { namespace: 'shop', name: 'a' };
function configMap(more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: KEY, ...more };
}
function memberWith(...objects: JsonObject[]) {
  const member = memoryCluster();
  for (const object of objects) member.seed(CONFIG_MAPS, object);
  return member;
}
/** A server that counts what it is asked and answers always the same. */
function server(answer: Awaited<ReturnType<Cluster['create']>>) {
  const asked: string[] = [];
  const reply = async (verb: string) => {
    asked.push(verb);
    return answer;
  };
  const create = () => reply('create');
  const cluster: Cluster = { ...memoryCluster(), create, replace: () => reply('replace') };
  return { cluster, asked };
}

describe('rehearsedMember', () => {
  it('shows writes to later reads, and makes none', async () => {
    const real = memberWith();
    const { cluster, take } = rehearsedMember(real);

    await cluster.create(CONFIG_MAPS, configMap());

    expect((await cluster.get(CONFIG_MAPS, KEY)).ok).toBe(true);
    expect((await real.get(CONFIG_MAPS, KEY)).ok).toBe(false);
    expect(take().map(({ verb }) => verb)).toEqual(['create']);
    expect(take()).toEqual([]);
  });

  it('answers as a server: no second object of a name, none replaced that is not there', async () => {
    const { cluster } = rehearsedMember(memberWith(configMap()));
    const other = { ...configMap(), metadata: { ...KEY, name: 'b' } };

    expect(await cluster.create(CONFIG_MAPS, configMap())).toMatchObject({
      error: { kind: 'AlreadyExists' },
    });
    expect(await cluster.replace(CONFIG_MAPS, other)).toMatchObject({
      error: { kind: 'NotFound' },
    });
    await cluster.delete(CONFIG_MAPS, KEY);
    expect(await cluster.get(CONFIG_MAPS, KEY)).toMatchObject({ error: { kind: 'NotFound' } });
  });

  it('keeps what a server fills in, but not what a person took out of a map', async () => {
    const live = configMap({
      data: { a: '1', b: '2' },
      spec: { x: [{ y: 1, z: 2 }], filled: true },
    });
    const { cluster, take } = rehearsedMember(memberWith(live));

    await cluster.replace(CONFIG_MAPS, configMap({ data: { a: '9' }, spec: { x: [{ y: 3 }] } }));

    expect(take()[0]?.after).toMatchObject({
      data: { a: '9' },
      spec: { x: [{ y: 3, z: 2 }], filled: true },
    });
  });

  it('takes the word of the server for what would be stored', async () => {
    const stored = configMap({ data: { filled: 'in' } });
    const asking = server({ ok: true, value: stored });
    const { cluster, take } = rehearsedMember(memberWith(), asking.cluster);

    await cluster.create(CONFIG_MAPS, configMap());

    expect(asking.asked).toEqual(['create']);
    expect(take()[0]?.after).toEqual(stored);
  });

  it('does not ask about what lies in a namespace that is not there yet', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const willing = server({ ok: true, value: namespace });
    const { cluster } = rehearsedMember(memberWith(), willing.cluster);

    await cluster.create(NAMESPACES, namespace);
    await cluster.create(CONFIG_MAPS, configMap());

    expect(willing.asked).toEqual(['create']);
  });

  it.each([
    { kind: 'Forbidden' as const, message: 'cannot create' },
    { kind: 'Invalid' as const, message: 'admission webhook "x" does not support dry run' },
  ])('notes that it could not ask: $message', async (error) => {
    const { cluster, notes } = rehearsedMember(memberWith(), server({ ok: false, error }).cluster);

    expect((await cluster.create(CONFIG_MAPS, configMap())).ok).toBe(true);
    expect([...notes]).toEqual([`not checked by its server: ${error.message}`]);
  });
});
