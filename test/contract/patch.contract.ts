import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  accepted,
  comparable,
  configMap,
  freshName,
  key,
  refused,
  WIDGETS,
  widget,
} from './subject.ts';

export function patchContract(cluster: () => Cluster): void {
  const make = async (resource: Resource, object: JsonObject) =>
    accepted(await cluster().create(resource, object));

  describe('patch', () => {
    it('merges objects, replaces lists and removes what is null', async () => {
      const name = freshName('patch');
      await make(WIDGETS, {
        ...widget(name),
        spec: { list: [1, 2], gone: 1, deep: { a: 1, b: 2 } },
      });
      const patch = {
        spec: { list: [3, { a: null, b: 1 }], gone: null, deep: { b: null, c: { d: null, e: 4 } } },
      };

      expect(accepted(await cluster().patch(WIDGETS, key(name), patch))).toMatchObject({
        metadata: { generation: 2 },
        spec: { list: [3, { b: 1 }], deep: { a: 1, c: { e: 4 } } },
      });
      const after = accepted(await cluster().get(WIDGETS, key(name)));
      expect(after['spec']).toEqual({ list: [3, { b: 1 }], deep: { a: 1, c: { e: 4 } } });
    });

    it.each([
      ['widgets', WIDGETS, widget, { spec: { size: 1 } }],
      ['configmaps', CONFIG_MAPS, configMap, { data: { color: 'red', other: null } }],
    ])(
      'keeps the resourceVersion of %s when nothing changes',
      async (_, resource, build, patch) => {
        const name = freshName('patch');
        const before = await make(resource, build(name));

        expect(comparable(accepted(await cluster().patch(resource, key(name), patch)))).toEqual(
          comparable(before),
        );
      },
    );

    it('takes a resourceVersion that is current', async () => {
      const name = freshName('patch');
      const { resourceVersion } = Object((await make(CONFIG_MAPS, configMap(name)))['metadata']);
      const patch = { metadata: { resourceVersion, finalizers: ['example.com/a'] } };

      expect(accepted(await cluster().patch(CONFIG_MAPS, key(name), patch))).toMatchObject({
        metadata: { finalizers: ['example.com/a'] },
      });
    });

    it('refuses a stale resourceVersion, even when nothing would change', async () => {
      const name = freshName('patch');
      const { resourceVersion } = Object((await make(CONFIG_MAPS, configMap(name)))['metadata']);
      accepted(await cluster().patch(CONFIG_MAPS, key(name), { data: { size: '1' } }));

      const answer = await cluster().patch(CONFIG_MAPS, key(name), {
        metadata: { resourceVersion },
      });
      expect(refused(answer)).toMatchObject({ kind: 'Conflict', status: 409 });
    });

    it.each([
      ['another uid', { metadata: { uid: 'other' } }, 422],
      ['another name', { metadata: { name: 'other' } }, 400],
      ['another namespace', { metadata: { namespace: 'other' } }, 400],
      ['a deletionTimestamp', { metadata: { deletionTimestamp: '2001-01-01T00:00:00Z' } }, 422],
    ])('refuses %s', async (_, patch, status) => {
      const name = freshName('patch');
      await make(CONFIG_MAPS, configMap(name));

      expect(refused(await cluster().patch(CONFIG_MAPS, key(name), patch))).toMatchObject({
        kind: 'Invalid',
        status,
      });
    });

    it('changes neither generation nor creationTimestamp', async () => {
      const name = freshName('patch');
      const before = await make(WIDGETS, widget(name));
      const patch = { metadata: { generation: 99, creationTimestamp: '2001-01-01T00:00:00Z' } };

      expect(comparable(accepted(await cluster().patch(WIDGETS, key(name), patch)))).toEqual(
        comparable(before),
      );
    });

    it('leaves status alone', async () => {
      const name = freshName('patch');
      const before = await make(WIDGETS, widget(name));

      const after = await cluster().patch(WIDGETS, key(name), { status: { ready: true } });
      expect(comparable(accepted(after))).toEqual(comparable(before));
    });

    it('refuses what does not exist', async () => {
      const name = freshName('patch');

      expect(refused(await cluster().patch(CONFIG_MAPS, key(name), { data: {} }))).toEqual({
        kind: 'NotFound',
        status: 404,
        message: `configmaps "${name}" not found`,
      });
    });
  });

  describe('patch of status', () => {
    it('touches status only', async () => {
      const name = freshName('status');
      const before = await make(WIDGETS, widget(name));
      const patch = {
        metadata: { labels: { a: 'b' }, finalizers: ['example.com/a'], uid: 'other' },
        spec: { size: 9 },
        status: { ready: true },
      };
      const after = accepted(await cluster().patch(WIDGETS, key(name), patch, 'status'));
      const { resourceVersion: was, ...metadata } = Object(comparable(before)['metadata']);
      const { resourceVersion: is, ...rest } = Object(comparable(after)['metadata']);

      expect(after).toMatchObject({ spec: { size: 1 }, status: { ready: true } });
      expect(rest).toEqual(metadata);
      expect(Number(is)).toBeGreaterThan(Number(was));
    });

    it('merges into the status that is there', async () => {
      const name = freshName('status');
      await make(WIDGETS, widget(name));
      await cluster().patch(WIDGETS, key(name), { status: { a: 1, b: 2 } }, 'status');
      const patch = { status: { b: null, c: 3 } };

      const after = accepted(await cluster().patch(WIDGETS, key(name), patch, 'status'));
      expect(after['status']).toEqual({ a: 1, c: 3 });
    });

    it('keeps the resourceVersion when nothing changes', async () => {
      const name = freshName('status');
      await make(WIDGETS, widget(name));
      const patch = { status: { ready: true } };
      const before = accepted(await cluster().patch(WIDGETS, key(name), patch, 'status'));

      const after = accepted(await cluster().patch(WIDGETS, key(name), patch, 'status'));
      expect(comparable(after)).toEqual(comparable(before));
    });

    it('refuses a stale resourceVersion', async () => {
      const name = freshName('status');
      const { resourceVersion } = Object((await make(WIDGETS, widget(name)))['metadata']);
      accepted(await cluster().patch(WIDGETS, key(name), { spec: { size: 2 } }));
      const patch = { metadata: { resourceVersion }, status: { ready: true } };

      expect(refused(await cluster().patch(WIDGETS, key(name), patch, 'status')).kind).toBe(
        'Conflict',
      );
    });

    it('refuses a kind that has no status', async () => {
      const name = freshName('status');
      await make(CONFIG_MAPS, configMap(name));

      expect(
        refused(await cluster().patch(CONFIG_MAPS, key(name), { status: {} }, 'status')).kind,
      ).toBe('NotFound');
    });
  });
}
