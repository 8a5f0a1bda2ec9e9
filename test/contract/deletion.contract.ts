import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  accepted,
  comparable,
  configMap,
  freshName,
  key,
  refused,
  SERVICE_ACCOUNTS,
  typed,
  WIDGETS,
  widget,
} from './subject.ts';

const FINALIZERS = ['example.com/a', 'example.com/b'];

export function deletionContract(cluster: () => Cluster): void {
  const makeHeld = async (name: string): Promise<JsonObject> =>
    accepted(await cluster().create(WIDGETS, widget(name, { finalizers: FINALIZERS })));
  const makeTerminating = async (name: string): Promise<JsonObject> => {
    await makeHeld(name);
    return accepted(await cluster().delete(WIDGETS, key(name)));
  };
  const kindOfGet = async (name: string) => refused(await cluster().get(WIDGETS, key(name))).kind;

  describe('delete', () => {
    it('removes an object without finalizers at once', async () => {
      const name = freshName('delete');
      const { uid } = Object(
        accepted(await cluster().create(CONFIG_MAPS, configMap(name)))['metadata'],
      );

      expect(accepted(await cluster().delete(CONFIG_MAPS, key(name)))).toMatchObject({
        kind: 'Status',
        status: 'Success',
        details: { name, kind: 'configmaps', uid },
      });
      expect(refused(await cluster().get(CONFIG_MAPS, key(name))).kind).toBe('NotFound');
    });

    it('answers with the object that was, for some kinds', async () => {
      const name = freshName('delete');
      const created = accepted(
        await cluster().create(SERVICE_ACCOUNTS, typed(SERVICE_ACCOUNTS, name)),
      );
      const deleted = accepted(await cluster().delete(SERVICE_ACCOUNTS, key(name)));
      const { resourceVersion: _, ...metadata } = Object(comparable(created)['metadata']);

      expect(deleted).toMatchObject({ kind: 'ServiceAccount', metadata });
      expect(deleted).not.toHaveProperty('metadata.deletionTimestamp');
    });

    it('refuses what does not exist', async () => {
      const name = freshName('delete');

      expect(refused(await cluster().delete(WIDGETS, key(name)))).toEqual({
        kind: 'NotFound',
        status: 404,
        message: `widgets.contract.example.com "${name}" not found`,
      });
    });

    it('only marks an object with finalizers', async () => {
      const name = freshName('delete');
      await makeHeld(name);
      const marked = accepted(await cluster().delete(WIDGETS, key(name)));

      expect(marked['metadata']).toMatchObject({
        deletionTimestamp: expect.stringMatching(/Z$/),
        deletionGracePeriodSeconds: 0,
        finalizers: FINALIZERS,
        generation: 2,
      });
      expect(accepted(await cluster().get(WIDGETS, key(name)))).toEqual(marked);
    });

    it('changes nothing at an object that is being deleted', async () => {
      const name = freshName('delete');
      const marked = await makeTerminating(name);

      expect(accepted(await cluster().delete(WIDGETS, key(name)))).toEqual(marked);
    });

    it.each([
      ['uid', { uid: 'other' }],
      ['resourceVersion', { resourceVersion: '1' }],
    ])('refuses another %s', async (_, preconditions) => {
      const name = freshName('delete');
      await makeHeld(name);

      expect(refused(await cluster().delete(WIDGETS, key(name), { preconditions }))).toMatchObject({
        kind: 'Conflict',
        status: 409,
      });
      expect(accepted(await cluster().get(WIDGETS, key(name)))).not.toHaveProperty(
        'metadata.deletionTimestamp',
      );
    });

    it('takes options with preconditions that hold', async () => {
      const name = freshName('delete');
      const created = accepted(await cluster().create(WIDGETS, widget(name)));
      const { uid, resourceVersion } = Object(created['metadata']);
      const options = { propagationPolicy: 'Background', preconditions: { uid, resourceVersion } };

      accepted(await cluster().delete(WIDGETS, key(name), options));
      expect(await kindOfGet(name)).toBe('NotFound');
    });
  });

  describe('an object that is being deleted', () => {
    it('can be edited', async () => {
      const name = freshName('deleting');
      await makeTerminating(name);

      expect(
        accepted(await cluster().patch(WIDGETS, key(name), { spec: { size: 5 } })),
      ).toMatchObject({ metadata: { generation: 3 }, spec: { size: 5 } });
    });

    it('takes no new finalizer', async () => {
      const name = freshName('deleting');
      await makeTerminating(name);
      const finalizers = [...FINALIZERS, 'example.com/c'];

      expect(
        refused(await cluster().patch(WIDGETS, key(name), { metadata: { finalizers } })),
      ).toMatchObject({ kind: 'Invalid', status: 422 });
    });

    it('keeps its name taken', async () => {
      const name = freshName('deleting');
      await makeTerminating(name);

      expect(refused(await cluster().create(WIDGETS, widget(name)))).toEqual({
        kind: 'AlreadyExists',
        status: 409,
        message: `object is being deleted: widgets.contract.example.com "${name}" already exists`,
      });
    });

    it('goes with its last finalizer', async () => {
      const name = freshName('deleting');
      await makeTerminating(name);
      const one = { metadata: { finalizers: ['example.com/b'] } };
      const none = { metadata: { finalizers: null } };

      const left = accepted(await cluster().patch(WIDGETS, key(name), one));
      expect(accepted(await cluster().get(WIDGETS, key(name)))).toEqual(left);

      const last = accepted(await cluster().patch(WIDGETS, key(name), none));
      expect(last).not.toHaveProperty('metadata.finalizers');
      expect(last).toHaveProperty('metadata.deletionTimestamp');
      expect(await kindOfGet(name)).toBe('NotFound');
    });

    it('goes when a replace takes its finalizers away', async () => {
      const name = freshName('deleting');
      const marked = comparable(await makeTerminating(name));
      const { finalizers: _, ...metadata } = Object(marked['metadata']);

      accepted(await cluster().replace(WIDGETS, { ...marked, metadata }));
      expect(await kindOfGet(name)).toBe('NotFound');
    });

    it('makes room for another of its name, with another uid', async () => {
      const name = freshName('deleting');
      const { uid } = Object((await makeTerminating(name))['metadata']);
      accepted(await cluster().patch(WIDGETS, key(name), { metadata: { finalizers: [] } }));
      const again = accepted(await cluster().create(WIDGETS, widget(name)));

      expect(again['metadata']).toMatchObject({ generation: 1 });
      expect(Object(again['metadata'])['uid']).not.toBe(uid);
    });
  });
}
