import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CONFIG_MAPS, NAMESPACES } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import {
  accepted,
  comparable,
  configMap,
  freshName,
  refused,
  typed,
  WIDGETS,
  widget,
} from './subject.ts';

const GONE_WITHIN_MS = 60_000;

export function namespaceContract(cluster: () => Cluster): void {
  const make = async (name: string) =>
    accepted(await cluster().create(NAMESPACES, typed(NAMESPACES, name)));

  async function untilGone(name: string): Promise<void> {
    const deadlineMs = Date.now() + GONE_WITHIN_MS;
    while (Date.now() < deadlineMs) {
      const found = await cluster().get(NAMESPACES, { name });
      if (!found.ok && found.error.kind === 'NotFound') return;
      await sleep(100);
    }
    throw new Error(`namespace ${name} is still there`);
  }

  describe('a namespace', () => {
    it('is furnished when it is created', async () => {
      const name = freshName('namespace');
      const created = await make(name);

      expect(created).not.toHaveProperty('metadata.generation');
      expect(created).toMatchObject({
        metadata: { labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      });
    });

    it('keeps what it was furnished with when it is replaced', async () => {
      const name = freshName('namespace');
      const before = await make(name);

      const after = accepted(await cluster().replace(NAMESPACES, typed(NAMESPACES, name)));
      expect(comparable(after)).toEqual(comparable(before));
    });

    it('is marked when it is deleted, and goes with its content', async () => {
      const name = freshName('namespace');
      await make(name);
      accepted(await cluster().create(CONFIG_MAPS, configMap('inside', { namespace: name })));
      accepted(await cluster().create(WIDGETS, widget('inside', { namespace: name })));

      const marked = accepted(await cluster().delete(NAMESPACES, { name }));
      expect(marked).toMatchObject({
        metadata: { deletionTimestamp: expect.stringMatching(/Z$/) },
        status: { phase: 'Terminating' },
      });
      await untilGone(name);
      const inside = { namespace: name, name: 'inside' };
      expect(refused(await cluster().get(CONFIG_MAPS, inside)).kind).toBe('NotFound');
      expect(refused(await cluster().get(WIDGETS, inside)).kind).toBe('NotFound');
    }, 90_000);

    it('waits for finalizers in it and takes nothing new meanwhile', async () => {
      const name = freshName('namespace');
      const inside = { namespace: name, name: 'inside' };
      const metadata = { namespace: name, finalizers: ['example.com/a'] };
      await make(name);
      accepted(await cluster().create(CONFIG_MAPS, configMap('inside', metadata)));
      accepted(await cluster().delete(NAMESPACES, { name }));

      const late = await cluster().create(CONFIG_MAPS, configMap('late', { namespace: name }));
      expect(refused(late)).toEqual({
        kind: 'Forbidden',
        status: 403,
        message: `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      });
      expect(accepted(await cluster().delete(NAMESPACES, { name }))).toMatchObject({
        status: { phase: 'Terminating' },
      });
      accepted(await cluster().patch(CONFIG_MAPS, inside, { metadata: { finalizers: null } }));
      await untilGone(name);
    }, 90_000);

    it('refuses to be deleted under another uid', async () => {
      const name = freshName('namespace');
      await make(name);
      const preconditions = { uid: 'other' };

      expect(refused(await cluster().delete(NAMESPACES, { name }, { preconditions })).kind).toBe(
        'Conflict',
      );
    });
  });
}
