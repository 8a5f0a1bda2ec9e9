import { describe, expect, it } from 'vitest';
import { orphanDeletion } from '../../../lib/cli/types/orphan-deletion.ts';
import type { Resource } from '../../../lib/model/resource.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import { failureOf } from '../fixtures.ts';
import { typeWorld } from './fixtures.ts';

const FEDERATED: Resource = {
  group: 'types.kubefed.io',
  version: 'v1beta1',
  kind: 'FederatedConfigMap',
  plural: 'federatedconfigmaps',
  namespaced: true,
};
const KEY = { namespace: 'shop', name: 'app' };

function world(resource = FEDERATED) {
  const { host, side } = typeWorld();
  host.seed(resource, { metadata: { ...KEY, annotations: { mine: 'x' } } });
  const warnings: string[] = [];
  const run = (action: 'enable' | 'disable' | 'status', key = KEY) =>
    orphanDeletion(side, action, { resource, key, warn: (text) => void warnings.push(text) });
  return { host, warnings, run };
}

describe('orphanDeletion', () => {
  it('switches on and off, tells which, and leaves other annotations alone', async () => {
    const { host, run, warnings } = world();
    const told = [await run('status')];
    for (const action of ['enable', 'enable', 'disable', 'disable'] as const) {
      expect(await run(action)).toBeUndefined();
      told.push(await run('status'));
    }

    expect(told).toEqual(['Disabled', 'Enabled', 'Enabled', 'Disabled', 'Disabled']);
    expect(host.peek(FEDERATED, KEY)).toMatchObject({
      metadata: { annotations: { mine: 'x' } },
    });
    expect(warnings).toEqual([]);
  });

  it('writes nothing when it is so already', async () => {
    const { host, run } = world();
    const before = host.peek(FEDERATED, KEY);

    await run('disable');

    expect(host.peek(FEDERATED, KEY)).toEqual(before);
  });

  it('warns of a type that is not federated', async () => {
    const { run, warnings } = world(CONFIG_MAPS);

    await run('status');

    expect(warnings).toEqual(['configmaps/v1 might not be a federated resource']);
  });

  it('names an object that is not there', async () => {
    const error = await failureOf(world().run('status', { namespace: 'shop', name: 'nope' }));

    expect(error.code).toBe('ObjectNotFound');
    expect(error.message).toMatch(/^Failed to retrieve resource: "shop\/nope": /);
  });
});
