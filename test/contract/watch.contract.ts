import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../lib/model/resources.ts';
import type { Cluster, WatchEvent } from '../../lib/ports.ts';
import {
  accepted,
  comparable,
  configMap,
  endOf,
  eventsUntil,
  freshName,
  key,
  NAMESPACE,
  typed,
  UNSERVED,
  WIDGETS,
  widget,
} from './subject.ts';

export function watchContract(cluster: () => Cluster): void {
  const namespace = NAMESPACE;
  const now = async () =>
    accepted(await cluster().list(WIDGETS, { namespace, labelSelector: 'nobody' })).resourceVersion;
  const add = async (name: string, metadata: JsonObject = {}) =>
    comparable(accepted(await cluster().create(WIDGETS, widget(name, metadata))));
  const change = async (name: string, patch: JsonObject) =>
    comparable(accepted(await cluster().patch(WIDGETS, key(name), patch)));
  const versionOf = (object: JsonObject) => Number(Object(object['metadata'])['resourceVersion']);
  const story = (events: WatchEvent[]) =>
    events.map(({ type, object }) => `${type} ${Object(object['metadata'])['name']}`);

  describe('watch', () => {
    it('tells every change since a resourceVersion, and no write that changed nothing', async () => {
      const [resourceVersion, name, last] = [await now(), freshName('watch'), freshName('last')];
      const added = await add(name);
      const changed = await change(name, { spec: { size: 2 } });
      await change(name, { spec: { size: 2 } });
      await cluster().replace(WIDGETS, changed);
      accepted(await cluster().delete(WIDGETS, key(name)));
      await add(last);

      const events = await eventsUntil(cluster(), WIDGETS, last, { resourceVersion, namespace });
      expect(story(events)).toEqual([
        ...[`ADDED ${name}`, `MODIFIED ${name}`, `DELETED ${name}`],
        `ADDED ${last}`,
      ]);
      expect(events[0]?.object).toEqual(added);
      expect(events[1]?.object).toEqual(changed);
    });

    it('tells a deletion with the last state, under the resourceVersion of the deletion', async () => {
      const [resourceVersion, name, last] = [await now(), freshName('watch'), freshName('last')];
      const added = await add(name);
      accepted(await cluster().delete(WIDGETS, key(name)));
      await add(last);

      const [, deleted] = await eventsUntil(cluster(), WIDGETS, last, {
        resourceVersion,
        namespace,
      });
      expect(deleted).toMatchObject({ type: 'DELETED', object: { spec: { size: 1 } } });
      expect(versionOf(deleted?.object ?? {})).toBeGreaterThan(versionOf(added));
    });

    it('tells the mark of a deletion, then the end', async () => {
      const [resourceVersion, name, last] = [await now(), freshName('watch'), freshName('last')];
      await add(name, { finalizers: ['example.com/a'] });
      accepted(await cluster().delete(WIDGETS, key(name)));
      await change(name, { metadata: { finalizers: null } });
      await add(last);

      const events = await eventsUntil(cluster(), WIDGETS, last, { resourceVersion, namespace });
      expect(story(events).slice(0, 3)).toEqual([
        `ADDED ${name}`,
        `MODIFIED ${name}`,
        `DELETED ${name}`,
      ]);
      expect(events[1]?.object).toHaveProperty('metadata.deletionTimestamp');
      expect(events[2]?.object).toHaveProperty('metadata.finalizers', ['example.com/a']);
    });

    it('tells changes of status', async () => {
      const [resourceVersion, name] = [await now(), freshName('watch')];
      await add(name);
      accepted(
        await cluster().patch(WIDGETS, key(name), { status: { note: 'last-of-all' } }, 'status'),
      );

      const events = await eventsUntil(cluster(), WIDGETS, 'last-of-all', { resourceVersion });
      expect(events.at(-1)).toMatchObject({ type: 'MODIFIED', object: { metadata: { name } } });
    });

    it('adds what begins to be selected and deletes what ceases to be', async () => {
      const [resourceVersion, name, last] = [await now(), freshName('watch'), freshName('last')];
      await add(name);
      await change(name, { metadata: { labels: { app: 'x' } } });
      await change(name, { spec: { size: 2 } });
      const ceased = await change(name, { metadata: { labels: { app: 'y' } }, spec: { size: 9 } });
      await change(name, { spec: { size: 3 } });
      await add(last, { labels: { app: 'x' } });

      const options = { resourceVersion, namespace, labelSelector: 'app=x' };
      const events = await eventsUntil(cluster(), WIDGETS, last, options);
      expect(story(events)).toEqual([
        ...[`ADDED ${name}`, `MODIFIED ${name}`, `DELETED ${name}`],
        `ADDED ${last}`,
      ]);
      expect(events[2]?.object).toMatchObject({
        metadata: { labels: { app: 'x' } },
        spec: { size: 2 },
      });
      expect(versionOf(events[2]?.object ?? {})).toBe(versionOf(ceased));
    });

    it('gives metadata alone where that is asked for', async () => {
      const { resourceVersion } = accepted(await cluster().list(CONFIG_MAPS));
      const name = freshName('watch');
      accepted(await cluster().create(CONFIG_MAPS, configMap(name)));

      const options = { resourceVersion, namespace, metadataOnly: true };
      const [added] = await eventsUntil(cluster(), CONFIG_MAPS, name, options);
      expect(Object.keys(added?.object ?? {}).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
      expect(added).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata' } });
    });

    it('tells the kind of the server’s own kinds', async () => {
      const { resourceVersion } = accepted(await cluster().list(CONFIG_MAPS));
      const name = freshName('watch');
      accepted(await cluster().create(CONFIG_MAPS, configMap(name)));

      const [added] = await eventsUntil(cluster(), CONFIG_MAPS, name, {
        resourceVersion,
        namespace,
      });
      expect(added?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    });

    it('is silent about other namespaces', async () => {
      const [resourceVersion, other, last] = [await now(), freshName('other'), freshName('last')];
      accepted(await cluster().create(NAMESPACES, typed(NAMESPACES, other)));
      await add('elsewhere', { namespace: other });
      await add(last);

      const events = await eventsUntil(cluster(), WIDGETS, last, { resourceVersion, namespace });
      expect(story(events)).toEqual([`ADDED ${last}`]);
    });

    it('tells what happens while it is open', async () => {
      const [resourceVersion, first, last] = [await now(), freshName('watch'), freshName('last')];
      await add(first);
      const signal = AbortSignal.timeout(10_000);
      const options = { resourceVersion, namespace, timeoutSeconds: 30, signal };
      const seen: WatchEvent[] = [];
      for await (const event of cluster().watch(WIDGETS, options)) {
        seen.push(event);
        if (seen.length === 1) await add(last);
        else break;
      }

      expect(story(seen)).toEqual([`ADDED ${first}`, `ADDED ${last}`]);
    });

    it('begins with what is there when the resourceVersion is 0', async () => {
      const group = freshName('group');
      await add(freshName('watch'), { labels: { group } });
      const last = freshName('watch');
      await add(last, { labels: { group } });

      const options = { resourceVersion: '0', namespace, labelSelector: `group=${group}` };
      const events = await eventsUntil(cluster(), WIDGETS, last, options);
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
    });

    it('is over when the signal fires, without an error', async () => {
      const options = { resourceVersion: await now(), signal: AbortSignal.timeout(200) };

      expect(await endOf(cluster(), WIDGETS, options)).toBeUndefined();
    });

    it('is over at once when the signal has fired before', async () => {
      const signal = AbortSignal.abort();
      const options = { resourceVersion: await now(), timeoutSeconds: 3600, signal };

      expect(await endOf(cluster(), WIDGETS, options)).toBeUndefined();
    }, 20_000);

    it('is over after its timeout, without an error', async () => {
      const options = { resourceVersion: await now(), timeoutSeconds: 1 };

      expect(await endOf(cluster(), WIDGETS, options)).toBeUndefined();
    });

    it('ends with Gone when its resourceVersion is too old', async () => {
      const end = await endOf(cluster(), WIDGETS, { resourceVersion: '1', namespace });

      expect(end).toMatchObject({ kind: 'Gone', status: 410 });
    });

    it.each([
      ['a resource that is not served', UNSERVED, {}, 'NotFound'],
      ['a malformed selector', WIDGETS, { labelSelector: 'a in' }, 'Invalid'],
    ])('refuses %s', async (_, resource, more, kind) => {
      const end = await endOf(cluster(), resource, { resourceVersion: await now(), ...more });

      expect(end?.kind).toBe(kind);
    });
  });
}
