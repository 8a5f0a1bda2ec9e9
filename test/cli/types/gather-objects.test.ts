import { describe, expect, it } from 'vitest';
import type { FederateRequest } from '../../../lib/cli/requests.ts';
import {
  createFederated,
  lacksFederatedNamespace,
} from '../../../lib/cli/types/create-federated.ts';
import { discover } from '../../../lib/cli/types/discovery.ts';
import { gatherObjects } from '../../../lib/cli/types/gather-objects.ts';
import { type JsonObject, stringAt } from '../../../lib/model/json.ts';
import type { ObjectKey, Resource } from '../../../lib/model/resource.ts';
import { CONFIG_MAPS, NAMESPACES, SECRETS } from '../../../lib/model/resources.ts';
import { failureOf, fakeClock, NAMESPACE } from '../fixtures.ts';
import { discoverableHost, typeOf, typeWorld } from './fixtures.ts';

const REQUEST: FederateRequest & { readonly namespace: string } = {
  kubefedNamespace: NAMESPACE,
  namespace: 'shop',
  type: 'namespaces',
  name: 'shop',
  enableType: true,
  contents: true,
  skipApiResources: [],
  dryRun: false,
};

/** A namespace as a cluster has it after a while. */
async function shopHost() {
  const host = discoverableHost();
  const put = (resource: Resource, name: string, rest: JsonObject = {}) => {
    const { metadata, ...body } = { metadata: {}, ...rest };
    host.seed(resource, { metadata: { namespace: 'shop', name, ...metadata }, ...body });
  };
  const ownedBy = (kind: string) => ({
    metadata: { ownerReferences: [{ kind, name: 'web', controller: true }] },
  });
  host.seed(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
  put(CONFIG_MAPS, 'app', { data: { color: 'teal' } });
  put(CONFIG_MAPS, 'kube-root-ca.crt');
  put(SECRETS, 'password', { type: 'Opaque' });
  put(SECRETS, 'token', { type: 'kubernetes.io/service-account-token' });
  put(await typeOf('sa'), 'default');
  put(await typeOf('sa'), 'system:strange');
  put(await typeOf('deployments.apps'), 'web');
  put(await typeOf('replicasets'), 'web-1', ownedBy('Deployment'));
  put(await typeOf('pods'), 'web-1-x', ownedBy('ReplicaSet'));
  put(await typeOf('pods'), 'by-hand');
  put(await typeOf('events'), 'happened');
  put(await typeOf('fcm'), 'federated-already');
  return host;
}

async function gather(parts: Partial<FederateRequest> = {}) {
  const world = typeWorld(await shopHost());
  const discovery = await discover(world.side);
  const gathered = await gatherObjects(world.side, discovery, {
    ...REQUEST,
    ...parts,
    namespace: 'shop',
  });
  return { ...world, gathered };
}

function names(objects: readonly { object: JsonObject }[]): string[] {
  return objects.map(({ object }) => `${object['kind']} ${stringAt(object, 'metadata', 'name')}`);
}

describe('gatherObjects', () => {
  it('takes of a namespace what people made, and tells what it leaves out', async () => {
    const { gathered } = await gather();

    expect(names(gathered.items)).toEqual([
      'FederatedNamespace shop',
      'FederatedConfigMap app',
      'FederatedPod by-hand',
      'FederatedSecret password',
      'FederatedDeployment web',
    ]);
    expect(gathered.skipped).toEqual([
      'ConfigMap kube-root-ca.crt: every cluster makes its own',
      'Pod web-1-x: ReplicaSet web makes it',
      'Secret token: the token of a ServiceAccount is good in its own cluster only',
      'ServiceAccount default: every cluster makes its own',
      'ServiceAccount system:strange: its name is not a DNS-1123 subdomain',
      'ReplicaSet web-1: Deployment web makes it',
    ]);
    expect(gathered.toEnable.map(({ federated }) => federated.kind)).toEqual([
      'FederatedPod',
      'FederatedDeployment',
    ]);
  });

  it.each([
    [
      ['po', 'Secret'],
      ['FederatedConfigMap app', 'FederatedDeployment web'],
    ],
    [
      ['apps', 'pods'],
      ['FederatedConfigMap app', 'FederatedSecret password'],
    ],
  ])('leaves out the types and groups %j', async (skipApiResources, expected) => {
    const { gathered } = await gather({ skipApiResources });

    expect(names(gathered.items).slice(1)).toEqual(expected);
  });

  it('needs no enabled type to print what it would make', async () => {
    const { gathered } = await gather({ output: 'yaml', enableType: false });

    expect(names(gathered.items)).toContain('FederatedDeployment web');
    expect(gathered.toEnable).toEqual([]);
  });

  it.each([
    [
      { type: 'deploy', name: 'web', contents: false, enableType: false },
      'TypeNotEnabled',
      'federatedtypeconfigs.core.kubefed.io "deployments.apps" not found. Consider using \'--enable-type\' to optionally enable type while federating the resource',
    ],
    [
      { type: 'cm', name: 'app' },
      'Usage',
      "Flag '--contents' can only be used with type 'namespaces'.",
    ],
    [
      { type: 'cm', name: 'nope', contents: false },
      'ObjectNotFound',
      'Failed to retrieve resource: "shop/nope": configmaps "nope" not found',
    ],
    [{ type: 'nope' }, 'TypeNotFound', 'Unable to find api resource named "nope".'],
  ])('refuses %j as %s', async (parts, code, message) => {
    expect(await failureOf(gather(parts))).toMatchObject({ code, message });
  });
});

describe('createFederated', () => {
  const run = async (keepExisting: boolean, host = discoverableHost()) => {
    const { gathered } = await gather({ skipApiResources: ['pods', 'apps'] });
    const world = typeWorld(host);
    const { changes } = world.work;
    const { signal } = world.stop;
    const clock = fakeClock();
    const { terminal } = world;
    const options = { changes, keepExisting, clock, signal, terminal };
    return { ...world, done: createFederated(world.side, gathered.items, options) };
  };

  it('makes all of them', async () => {
    const { done, work } = await run(true);
    await done;

    expect(work.changes.list.map(({ action }) => action)).toEqual(['create', 'create', 'create']);
  });

  it('goes on from where an earlier run was stopped', async () => {
    const first = await run(true);
    await first.done;
    const second = await run(true, first.host);
    await second.done;

    const actions = second.work.changes.list.map(({ action }) => action);
    expect(actions).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });

  it('refuses what is there already', async () => {
    const first = await run(true);
    await first.done;
    const second = await run(false, first.host);

    const error = await failureOf(second.done);
    expect(error).toMatchObject({
      code: 'AlreadyExists',
      message:
        'Error creating federated resource "shop/shop": federatednamespaces "shop/shop" already exists',
    });
  });

  it('waits ten seconds for a type that the host does not serve yet', async () => {
    const host = discoverableHost();
    let asked = 0;
    const create = (_: Resource, object: JsonObject) => {
      asked += 1;
      return Promise.resolve(
        asked < 4
          ? { ok: false, error: { kind: 'NotFound', message: 'no such resource' } }
          : { ok: true, value: object },
      );
    };
    const get = (_: Resource, key: ObjectKey) =>
      Promise.resolve({ ok: false, error: { kind: 'NotFound', message: key.name } });

    await (await run(true, Object.assign(host, { create, get }))).done;
    expect(asked).toBe(6);
  });
});

describe('lacksFederatedNamespace', () => {
  it('looks for the FederatedNamespace of what lies in a namespace, unless it is among them', async () => {
    const { gathered, side, host } = await gather();
    const [own, ...contents] = gathered.items;
    if (own === undefined) throw new Error('nothing was gathered');
    const answers = [
      await lacksFederatedNamespace(side, gathered.items),
      await lacksFederatedNamespace(side, contents),
    ];
    host.seed(own.resource, own.object);

    answers.push(await lacksFederatedNamespace(side, contents));
    expect(answers).toEqual([false, true, false]);
  });
});
