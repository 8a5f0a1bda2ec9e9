import { describe, expect, it } from 'vitest';
import { disableType } from '../../../lib/cli/types/disable-type.ts';
import { enableType } from '../../../lib/cli/types/enable-type.ts';
import type { Resource } from '../../../lib/model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import { failureOf, fakeClock, NAMESPACE } from '../fixtures.ts';
import { pairOf, typeWorld } from './fixtures.ts';

const NAME = 'widgets.example.com';
const KEY = { namespace: NAMESPACE, name: NAME };
const CONFIG = `FederatedTypeConfig "${NAMESPACE}/${NAME}"`;
const FEDERATED_WIDGETS: Resource = {
  group: 'types.kubefed.io',
  version: 'v1beta1',
  kind: 'FederatedWidget',
  plural: 'federatedwidgets',
  namespaced: true,
};

/** A world with Widgets enabled, and `disable` in it; `stops` is whether the watch function sees that it is off. */
async function enabledWorld({ stops = true, dryRun = false } = {}) {
  const before = typeWorld();
  await enableType(before.work, await pairOf('widgets'));
  const world = typeWorld(before.host, dryRun);
  const lines: string[] = [];
  const clock = fakeClock(() => {
    if (!stops) return;
    const config = world.host.peek(FEDERATED_TYPE_CONFIGS, KEY);
    const status = { propagationController: 'NotRunning' };
    if (config !== undefined) world.host.seed(FEDERATED_TYPE_CONFIGS, { ...config, status });
  });
  const disable = (deleteCrd: boolean, name = NAME) =>
    disableType(world.work, {
      ...{ name, deleteCrd, clock, signal: world.stop.signal },
      tell: (line) => void lines.push(line),
    });
  return { ...world, lines, disable };
}

describe('disableType', () => {
  it('stops the type before it deletes the FederatedTypeConfig, and keeps the CRD', async () => {
    const { host, lines, disable } = await enabledWorld();

    await disable(false);

    expect(lines).toEqual([
      `Disabled propagation for ${CONFIG}`,
      `Verifying propagation controller is stopped for ${CONFIG}`,
      `Propagation controller for ${CONFIG} is stopped`,
      `federatedtypeconfig "${NAMESPACE}/${NAME}" deleted`,
    ]);
    expect(host.peek(FEDERATED_TYPE_CONFIGS, KEY)).toBeUndefined();
    expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toHaveLength(1);
  });

  it('deletes the CRD too when it is told to', async () => {
    const { host, lines, disable } = await enabledWorld();

    await disable(true);

    expect(lines).toContain('customresourcedefinition "federatedwidgets.types.kubefed.io" deleted');
    expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toEqual([]);
  });

  it('says that the CRD is gone already', async () => {
    const { host, lines, disable } = await enabledWorld();
    await host.delete(CUSTOM_RESOURCE_DEFINITIONS, { name: 'federatedwidgets.types.kubefed.io' });

    await disable(true);

    expect(lines).toContain(
      'customresourcedefinition "federatedwidgets.types.kubefed.io" does not exist',
    );
  });

  it('only says so when there is no such type', async () => {
    const { lines, disable } = await enabledWorld();

    await disable(false, 'a.b');

    expect(lines).toEqual([`FederatedTypeConfig "${NAMESPACE}/a.b" does not exist`]);
  });

  it('changes nothing in a dry run', async () => {
    const { host, lines, disable } = await enabledWorld({ dryRun: true });

    await disable(true);

    expect(lines).toEqual([]);
    expect(host.peek(FEDERATED_TYPE_CONFIGS, KEY)).toMatchObject({
      spec: { propagation: 'Enabled' },
    });
  });

  it('refuses to delete a CRD that has objects, before it changes anything', async () => {
    const { host, disable } = await enabledWorld();
    host.seed(FEDERATED_WIDGETS, { metadata: { namespace: 'shop', name: 'app' } });

    const error = await failureOf(disable(true));

    expect(error.code).toBe('TypeInUse');
    expect(error.message).toBe(
      `Cannot delete CRD "federatedwidgets.types.kubefed.io" while resource instances exist. Please try kubefedctl disable again after removing the resource instances or without the '--delete-crd' option`,
    );
    expect(host.peek(FEDERATED_TYPE_CONFIGS, KEY)).toMatchObject({
      spec: { propagation: 'Enabled' },
    });
  });

  it('keeps the FederatedTypeConfig while it is not known that the type has stopped', async () => {
    const { host, disable } = await enabledWorld({ stops: false });

    const error = await failureOf(disable(false));

    expect(error.code).toBe('NotStopped');
    expect(error.message).toBe(
      `Unable to verify propagation controller for ${CONFIG} is stopped: status.propagationController is not set after 10 s`,
    );
    expect(host.peek(FEDERATED_TYPE_CONFIGS, KEY)).toBeDefined();
  });

  it('stops waiting on Ctrl-C', async () => {
    const world = await enabledWorld({ stops: false });
    world.stop.abort('SIGINT');

    expect((await failureOf(world.disable(false))).code).toBe('Interrupted');
  });
});
