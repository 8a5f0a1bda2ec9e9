import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../lib/adapters/files/manifests.ts';
import { enableType, generateType } from '../../../lib/cli/types/enable-type.ts';
import { federatedCrd } from '../../../lib/cli/types/federated-crd.ts';
import { type JsonObject, stringAt } from '../../../lib/model/json.ts';
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES } from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import { failureOf, NAMESPACE } from '../fixtures.ts';
import { pairOf, typeWorld } from './fixtures.ts';

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');
const SHIPPED = await readManifests(join(CRDS, 'types'));
const DEFAULTS = await readManifests(join(CRDS, 'defaults'));

function named(objects: readonly JsonObject[], name: string): JsonObject {
  return objects.find((one) => stringAt(one, 'metadata', 'name') === name) ?? {};
}

describe('generateType', () => {
  it.each([
    ['configmaps', 'federatedconfigmaps.types.kubefed.io'],
    ['deployments.apps', 'federateddeployments.types.kubefed.io'],
    ['namespaces', 'federatednamespaces.types.kubefed.io'],
  ])('makes of %s the very objects that are shipped', async (type, crd) => {
    const made = await generateType(typeWorld().side, await pairOf(type), NAMESPACE);

    expect(made.crd).toEqual(named(SHIPPED, crd));
    expect(made.typeConfig).toEqual(named(DEFAULTS, type));
  });

  it('offers retainReplicas only where replicas are an int32', async () => {
    const { crd } = await generateType(typeWorld().side, await pairOf('widgets'));

    expect(JSON.stringify(crd)).not.toContain('retainReplicas');
    expect(JSON.stringify(crd)).toContain('"template"');
  });

  it('reads the schema of a CRD where there is one', async () => {
    const world = typeWorld();
    const replicas = { type: 'integer', format: 'int32' };
    const schema = { properties: { spec: { properties: { replicas } } } };
    world.host.seed(CUSTOM_RESOURCE_DEFINITIONS, {
      metadata: { name: 'widgets.example.com' },
      spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: schema } }] },
    });

    const { crd } = await generateType(world.side, await pairOf('widgets'));
    expect(JSON.stringify(crd)).toContain('retainReplicas');
  });
});

describe('federatedCrd', () => {
  it('leaves the pattern as it is', async () => {
    const pattern = named(SHIPPED, 'federatedreplicasets.types.kubefed.io');
    const before = structuredClone(pattern);

    federatedCrd(await pairOf('widgets'), { pattern, shortNames: [], hasReplicas: false });
    expect(pattern).toEqual(before);
  });
});

describe('enableType', () => {
  it("says what it made in kubefedctl's words, and that a second time changes nothing", async () => {
    const { work } = typeWorld();
    const pair = await pairOf('widgets');
    const crd = 'customresourcedefinition.apiextensions.k8s.io/federatedwidgets.types.kubefed.io';
    const config = 'federatedtypeconfig.core.kubefed.io/widgets.example.com';

    expect(await enableType(work, pair)).toEqual([
      `${crd} created`,
      `${config} created in namespace ${NAMESPACE}`,
    ]);
    expect(await enableType(work, pair)).toEqual([
      `${crd} unchanged`,
      `${config} unchanged in namespace ${NAMESPACE}`,
    ]);
  });

  it('switches a disabled type on again', async () => {
    const { host, work } = typeWorld();
    const pair = await pairOf('widgets');
    await enableType(work, pair);
    const key = { namespace: NAMESPACE, name: 'widgets.example.com' };
    await host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation: 'Disabled' } });

    expect((await enableType(work, pair))[1]).toContain(' updated in namespace ');
    expect(host.peek(FEDERATED_TYPE_CONFIGS, key)).toMatchObject({
      spec: { propagation: 'Enabled' },
    });
  });

  it('writes nothing in a dry run, and takes everything back when it is undone', async () => {
    const dry = typeWorld(undefined, true);
    await enableType(dry.work, await pairOf('widgets'));
    const real = typeWorld();
    await enableType(real.work, await pairOf('widgets'));
    await real.work.changes.undo();

    for (const { host } of [dry, real]) {
      expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toEqual([]);
      expect(host.peekAll(FEDERATED_TYPE_CONFIGS)).toHaveLength(3);
    }
  });
});

const REFUSALS = [
  {
    name: 'the type has another federated type',
    type: 'configmaps',
    version: 'v1',
    crd: 'federatedconfigmaps.types.kubefed.io',
    message:
      'Federation is already enabled for "configmaps/v1" with federated type "federatedconfigmaps.types.kubefed.io/v1beta1". Changing the federated type to "federatedconfigmaps.types.kubefed.io/v1" is not supported.',
  },
  {
    name: 'an equivalent API is federated',
    type: 'deployments.extensions',
    crd: 'federateddeployments.types.kubefed.io',
    enabled: 'deployments.apps',
    message: `Failed to enable "deployments.extensions/v1beta1". Federation of this type is already enabled for equivalent type "deployments.apps/v1" by FederatedTypeConfig "${NAMESPACE}/deployments.apps"`,
  },
  {
    name: 'another type of the same kind has the CRD',
    type: 'gadgets.other.com',
    crd: 'federatedgadgets.types.kubefed.io',
    enabled: 'gadgets.example.com',
    message:
      'Failed to enable federation of "gadgets.other.com" due to the FederatedTypeConfig for "gadgets.example.com" already referencing a federated type CRD named "federatedgadgets.types.kubefed.io". If these target types are distinct despite sharing the same kind, specifying a non-default --federated-group should allow "gadgets.other.com" to be enabled.',
  },
];

describe('enableType, refusing', () => {
  it.each(REFUSALS)('when $name', async ({ type, version, crd, enabled, message }) => {
    const { host, work } = typeWorld();
    host.seed(CUSTOM_RESOURCE_DEFINITIONS, { metadata: { name: crd } });
    if (enabled !== undefined) {
      const { typeConfig } = await generateType(work.host, await pairOf(enabled), NAMESPACE);
      host.seed(FEDERATED_TYPE_CONFIGS, typeConfig);
    }

    const error = await failureOf(enableType(work, await pairOf(type, version)));
    expect(error).toMatchObject({ code: 'TypeInUse', message });
    expect(error.remedies).not.toEqual([]);
  });

  it('when there is no control plane', async () => {
    const { host, work } = typeWorld();
    await host.delete(NAMESPACES, { name: NAMESPACE });

    const error = await failureOf(enableType(work, await pairOf('widgets')));
    expect(error.code).toBe('ControlPlaneNotFound');
    expect(error.message).toBe(`KubeFed system namespace "${NAMESPACE}" does not exist`);
  });
});
