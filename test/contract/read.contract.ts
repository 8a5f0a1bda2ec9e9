import { beforeAll, describe, expect, it } from 'vitest';
import { stringAt } from '../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  accepted,
  configMap,
  freshName,
  key,
  NAMESPACE,
  refused,
  typed,
  UNSERVED,
  WIDGETS,
  widget,
} from './subject.ts';

export function readContract(cluster: () => Cluster): void {
  describe('get', () => {
    it('names the object that does not exist', async () => {
      expect(refused(await cluster().get(CONFIG_MAPS, key('missing')))).toEqual({
        kind: 'NotFound',
        status: 404,
        message: 'configmaps "missing" not found',
      });
    });

    it('is content with what is as new as it was asked for', async () => {
      const name = freshName('lenient');
      const made = accepted(await cluster().create(WIDGETS, widget(name)));
      const edited = accepted(await cluster().patch(WIDGETS, key(name), { spec: { size: 2 } }));
      const version = stringAt(edited, 'metadata', 'resourceVersion') ?? '';

      expect(accepted(await cluster().get(WIDGETS, key(name), version))).toEqual(edited);
      const older = stringAt(made, 'metadata', 'resourceVersion') ?? '';
      expect([made, edited]).toContainEqual(
        accepted(await cluster().get(WIDGETS, key(name), older)),
      );
    });

    it('refuses a resource that is not served', async () => {
      expect(refused(await cluster().get(UNSERVED, key('missing'))).kind).toBe('NotFound');
    });
  });

  describe('list', () => {
    const group = freshName('group');
    const other = freshName('other');

    beforeAll(async () => {
      const labels = (tier?: string) => ({ labels: { group, ...(tier && { tier }) } });
      await cluster().create(WIDGETS, widget('list-b', labels('back')));
      await cluster().create(WIDGETS, widget('list-c', labels()));
      await cluster().create(WIDGETS, widget('list-a', labels('front')));
      await cluster().create(WIDGETS, widget('list-d', { labels: { group: other } }));
      await cluster().create(CONFIG_MAPS, configMap('list-a', labels('front')));
    });

    const list = async (labelSelector: string) =>
      accepted(await cluster().list(WIDGETS, { namespace: NAMESPACE, labelSelector }));
    const namesOf = (items: unknown[]) => items.map((item) => Object(item).metadata.name);

    it.each([
      ['group=GROUP', ['list-a', 'list-b', 'list-c']],
      ['group==GROUP', ['list-a', 'list-b', 'list-c']],
      ['group=GROUP,tier=front', ['list-a']],
      ['group=GROUP, tier!=front', ['list-b', 'list-c']],
      ['group=GROUP,tier', ['list-a', 'list-b']],
      ['group=GROUP,!tier', ['list-c']],
      ['group in (GROUP, OTHER)', ['list-a', 'list-b', 'list-c', 'list-d']],
      ['group in (GROUP),tier in (back,middle)', ['list-b']],
      ['group = GROUP , tier notin (back)', ['list-a', 'list-c']],
      ['group=nobody', []],
    ])('selects by %s, sorted by name', async (selector, names) => {
      const { items } = await list(selector.replaceAll('GROUP', group).replaceAll('OTHER', other));

      expect(namesOf(items)).toEqual(names);
    });

    it('refuses a malformed selector', async () => {
      expect(refused(await cluster().list(WIDGETS, { labelSelector: 'a in' }))).toMatchObject({
        kind: 'Invalid',
        status: 400,
      });
    });

    it('tells the kind of custom resources, but not of the server’s own kinds', async () => {
      const own = accepted(await cluster().list(CONFIG_MAPS, { labelSelector: `group=${group}` }));
      const custom = await list(`group=${group}`);

      expect(own.items[0]).not.toHaveProperty('kind');
      expect(own.items[0]).not.toHaveProperty('apiVersion');
      expect(own.items[0]).toMatchObject({ data: { color: 'red' } });
      expect(custom.items[0]).toMatchObject({
        apiVersion: 'contract.example.com/v1',
        kind: 'Widget',
        spec: { size: 1 },
      });
    });

    it('gives metadata alone where that is asked for', async () => {
      const options = { namespace: NAMESPACE, labelSelector: `group=${group}`, metadataOnly: true };
      const { items } = accepted(await cluster().list(CONFIG_MAPS, options));

      expect(items).toHaveLength(1);
      expect(Object.keys(items[0] ?? {}).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
      expect(items[0]).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { name: 'list-a', labels: { group, tier: 'front' } },
      });
    });

    it('tells the newest resourceVersion, with or without items', async () => {
      const created = accepted(await cluster().create(CONFIG_MAPS, configMap(freshName('list'))));
      const newest = Number(Object(created['metadata'])['resourceVersion']);
      const { items, resourceVersion } = await list('group=nobody');

      expect(items).toEqual([]);
      expect(Number(resourceVersion)).toBeGreaterThanOrEqual(newest);
    });

    it('spans all namespaces when none is given', async () => {
      const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces' };
      const name = freshName('namespace');
      await cluster().create(
        { ...namespaces, namespaced: false },
        typed({ ...namespaces, namespaced: false }, name),
      );
      const labels = { group: `all-${group}` };
      await cluster().create(WIDGETS, widget('there', { namespace: name, labels }));
      await cluster().create(WIDGETS, widget('here', { labels }));

      const { items } = accepted(
        await cluster().list(WIDGETS, { labelSelector: `group=all-${group}` }),
      );
      expect(namesOf(items)).toEqual(['here', 'there']);
    });

    it('is empty in a namespace that does not exist', async () => {
      expect(accepted(await cluster().list(WIDGETS, { namespace: 'missing' })).items).toEqual([]);
    });

    it('refuses a resource that is not served', async () => {
      expect(refused(await cluster().list(UNSERVED)).kind).toBe('NotFound');
    });
  });

  describe('raw', () => {
    it('tells health and version', async () => {
      const version = accepted(await cluster().raw('/version', 5));

      expect(accepted(await cluster().raw('/healthz', 5))).toBe('ok');
      expect(JSON.parse(version)).toHaveProperty('gitVersion', expect.stringMatching(/^v1\./));
    });

    it('refuses a path that is not there', async () => {
      expect(refused(await cluster().raw('/missing', 5)).kind).toBe('NotFound');
    });
  });
}
