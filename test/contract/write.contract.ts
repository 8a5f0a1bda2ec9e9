import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, LEASES, SECRETS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  accepted,
  comparable,
  configMap,
  freshName,
  key,
  NAMESPACE,
  ROLES,
  refused,
  SERVICE_ACCOUNTS,
  typed,
  WIDGETS,
  widget,
} from './subject.ts';

const DEPLOYMENTS: Resource = {
  ...{ group: 'apps', version: 'v1', kind: 'Deployment' },
  ...{ plural: 'deployments', namespaced: true },
};
const TEMPLATE = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};

export function createContract(cluster: () => Cluster): void {
  describe('create', () => {
    it('gives a new object its identity', async () => {
      const name = freshName('create');
      const created = accepted(await cluster().create(WIDGETS, widget(name)));

      expect(comparable(created)).toEqual({
        apiVersion: 'contract.example.com/v1',
        kind: 'Widget',
        metadata: {
          name,
          namespace: NAMESPACE,
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          generation: 1,
        },
        spec: { size: 1 },
      });
      expect(accepted(await cluster().get(WIDGETS, key(name)))).toEqual(created);
    });

    it('lets nobody choose identity and status of a custom resource', async () => {
      const name = freshName('create');
      const metadata = {
        uid: 'mine',
        generation: 7,
        creationTimestamp: '2001-01-01T00:00:00Z',
        deletionTimestamp: '2001-01-01T00:00:00Z',
      };
      const given = { ...widget(name, metadata), status: { ready: true } };
      const created = accepted(await cluster().create(WIDGETS, given));

      expect(created['status']).toBeUndefined();
      expect(created['metadata']).toMatchObject({ generation: 1 });
      expect(created['metadata']).not.toMatchObject({ uid: 'mine' });
      expect(created['metadata']).not.toMatchObject({ creationTimestamp: '2001-01-01T00:00:00Z' });
      expect(created).not.toHaveProperty('metadata.deletionTimestamp');
    });

    it('leaves out empty metadata and what metadata has no place for', async () => {
      const metadata = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [], odd: 1 };
      const given = configMap(freshName('create'), metadata);
      const created = comparable(accepted(await cluster().create(CONFIG_MAPS, given)));

      expect(Object.keys(created['metadata'] ?? {}).sort()).toEqual([
        'creationTimestamp',
        'name',
        'namespace',
        'resourceVersion',
        'uid',
      ]);
    });

    it.each<[Resource, JsonObject]>([
      [CONFIG_MAPS, {}],
      [SECRETS, {}],
      [SERVICE_ACCOUNTS, {}],
      [ROLES, { rules: [] }],
      [LEASES, {}],
    ])('counts no generations of $plural', async (resource, content) => {
      const given = { ...typed(resource, freshName('create')), ...content };

      expect(accepted(await cluster().create(resource, given))).not.toHaveProperty(
        'metadata.generation',
      );
    });

    it('counts generations of Deployments and leaves their status out', async () => {
      const spec = { replicas: 0, selector: { matchLabels: { app: 'a' } }, template: TEMPLATE };
      const given = { ...typed(DEPLOYMENTS, freshName('create')), spec, status: { replicas: 3 } };
      const created = accepted(await cluster().create(DEPLOYMENTS, given));

      expect(created).toHaveProperty('metadata.generation', 1);
      expect(created['status'] ?? {}).toEqual({});
    });

    it('makes a name from generateName', async () => {
      const { name: _, ...metadata } = { name: '', namespace: NAMESPACE, generateName: 'made-' };
      const created = accepted(await cluster().create(CONFIG_MAPS, { ...configMap(''), metadata }));

      expect(created).toHaveProperty('metadata.name', expect.stringMatching(/^made-\w{5}$/));
    });

    it('refuses what exists', async () => {
      const name = freshName('create');
      await cluster().create(WIDGETS, widget(name));

      expect(refused(await cluster().create(WIDGETS, widget(name)))).toEqual({
        kind: 'AlreadyExists',
        status: 409,
        message: `widgets.contract.example.com "${name}" already exists`,
      });
    });

    it.each([
      ['a namespace that does not exist', { namespace: 'missing' }, 'NotFound'],
      ['no namespace', { namespace: undefined }, 'Invalid'],
      ['no name', { name: undefined }, 'Invalid'],
      ['a resourceVersion', { resourceVersion: '5' }, 'ServerError'],
    ])('refuses an object with %s', async (_, metadata, kind) => {
      const given = configMap(freshName('create'), metadata);

      expect(refused(await cluster().create(CONFIG_MAPS, given)).kind).toBe(kind);
    });

    it('says which namespace is missing', async () => {
      const given = widget(freshName('create'), { namespace: 'missing' });

      expect(refused(await cluster().create(WIDGETS, given))).toEqual({
        kind: 'NotFound',
        status: 404,
        message: 'namespaces "missing" not found',
      });
    });
  });
}

export function replaceContract(cluster: () => Cluster): void {
  const make = async (resource: Resource, object: JsonObject) =>
    accepted(await cluster().create(resource, object));

  describe('replace', () => {
    it('counts a change of spec in the generation', async () => {
      const before = await make(WIDGETS, widget(freshName('replace')));
      const after = accepted(await cluster().replace(WIDGETS, { ...before, spec: { size: 2 } }));

      expect(after).toMatchObject({ metadata: { generation: 2 }, spec: { size: 2 } });
      expect(after).not.toHaveProperty(
        'metadata.resourceVersion',
        Object(before['metadata'])['resourceVersion'],
      );
    });

    it('counts a change of labels in the resourceVersion alone', async () => {
      const before = await make(WIDGETS, widget(freshName('replace')));
      const metadata = { ...Object(before['metadata']), labels: { a: 'b' } };
      const after = accepted(await cluster().replace(WIDGETS, { ...before, metadata }));

      expect(after).toMatchObject({ metadata: { generation: 1, labels: { a: 'b' } } });
      expect(Object(after['metadata'])['resourceVersion']).not.toBe(
        Object(before['metadata'])['resourceVersion'],
      );
    });

    it('leaves status alone', async () => {
      const before = await make(WIDGETS, widget(freshName('replace')));
      const after = accepted(
        await cluster().replace(WIDGETS, { ...before, status: { ready: true } }),
      );

      expect(comparable(after)).toEqual(comparable(before));
    });

    it.each([
      ['widgets', WIDGETS, widget],
      ['configmaps', CONFIG_MAPS, configMap],
    ])('keeps the resourceVersion of %s when nothing changes', async (_, resource, build) => {
      const before = await make(resource, build(freshName('replace')));
      const reordered = Object.fromEntries(Object.entries(before).reverse());

      expect(comparable(accepted(await cluster().replace(resource, reordered)))).toEqual(
        comparable(before),
      );
    });

    it('keeps uid, creationTimestamp and generation when they are not given', async () => {
      const name = freshName('replace');
      const before = await make(WIDGETS, widget(name));
      const { resourceVersion, uid, creationTimestamp } = Object(before['metadata']);
      const bare = { ...widget(name, { resourceVersion }), spec: { size: 3 } };
      const after = accepted(await cluster().replace(WIDGETS, bare));

      expect(after['metadata']).toMatchObject({ uid, creationTimestamp, generation: 2 });
    });

    it('refuses a stale resourceVersion', async () => {
      const name = freshName('replace');
      const before = await make(CONFIG_MAPS, configMap(name));
      accepted(await cluster().replace(CONFIG_MAPS, { ...before, data: { color: 'blue' } }));

      expect(refused(await cluster().replace(CONFIG_MAPS, before))).toEqual({
        kind: 'Conflict',
        status: 409,
        message: `Operation cannot be fulfilled on configmaps "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      });
    });

    it('refuses another uid', async () => {
      const name = freshName('replace');
      await make(CONFIG_MAPS, configMap(name));
      const given = { ...configMap(name, { uid: 'other' }), data: { color: 'blue' } };

      expect(refused(await cluster().replace(CONFIG_MAPS, given)).kind).toBe('Conflict');
    });

    it('takes a ConfigMap without resourceVersion', async () => {
      const name = freshName('replace');
      await make(CONFIG_MAPS, configMap(name));
      const given = { ...configMap(name), data: { color: 'blue' } };

      expect(accepted(await cluster().replace(CONFIG_MAPS, given))).toMatchObject({
        data: { color: 'blue' },
      });
    });

    it.each([
      ['custom resource', WIDGETS, widget],
      [
        'Lease',
        LEASES,
        (name: string) => ({ ...typed(LEASES, name), spec: { holderIdentity: 'a' } }),
      ],
    ])('refuses a %s without resourceVersion', async (_, resource, build) => {
      const name = freshName('replace');
      await make(resource, build(name));

      expect(refused(await cluster().replace(resource, build(name))).kind).toBe('Invalid');
    });

    it.each([
      ['configmaps', CONFIG_MAPS, configMap],
      ['widgets.contract.example.com', WIDGETS, widget],
    ])('does not create %s', async (qualified, resource, build) => {
      const name = freshName('replace');

      expect(
        refused(await cluster().replace(resource, build(name, { resourceVersion: '1' }))),
      ).toEqual({ kind: 'NotFound', status: 404, message: `${qualified} "${name}" not found` });
    });

    it('creates a Lease, even one that once had a resourceVersion', async () => {
      const given = { ...typed(LEASES, freshName('replace'), { resourceVersion: '5' }) };
      const created = accepted(
        await cluster().replace(LEASES, { ...given, spec: { holderIdentity: 'a' } }),
      );

      expect(created).toMatchObject({ spec: { holderIdentity: 'a' } });
    });
  });
}
