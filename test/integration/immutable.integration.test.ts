import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { stringAt, valueAt } from '../../lib/model/json.ts';
import { REDRIVE_ANNOTATION } from '../../lib/model/names.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, SECRETS } from '../../lib/model/resources.ts';
import { prepare } from '../bench/measure.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { DEPLOYMENTS, must } from '../walkthrough/objects.ts';
import { federate, type Subject, writesDuring } from './federated-subject.ts';

const JOBS: Resource = {
  ...{ group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true },
};
const ALL = [CONFIG_MAPS, SECRETS, DEPLOYMENTS, JOBS];

let federation: FastFederation;
let first: FastCluster;

beforeAll(async () => {
  federation = await startFastFederation({ members: 1, onProgress: () => undefined });
  const [member] = federation.members;
  if (member === undefined) throw new Error('a member is needed');
  first = member;
  await prepare(federation);
}, 180_000);

afterAll(() => federation?.stop());

const pods = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }] },
});
const deployment = (app: string) => ({
  spec: { replicas: 0, selector: { matchLabels: { app } }, template: pods(app, 'one') },
});
const job = (image: string) => {
  const template = pods('job', image);
  const spec = { ...template.spec, restartPolicy: 'Never' };
  return { spec: { suspend: true, template: { ...template, spec } } };
};
const frozen = (data: JsonObject) => ({ immutable: true, ...data });

/** An object, an edit of it that a member has to refuse, and the field that its message must name. */
const CASES: [field: string, target: Resource, before: JsonObject, after: JsonObject][] = [
  ['spec.selector', DEPLOYMENTS, deployment('a'), deployment('b')],
  ['spec.template', JOBS, job('one'), job('two')],
  ['data', CONFIG_MAPS, frozen({ data: { a: '1' } }), frozen({ data: { a: '2' } })],
  ['data', SECRETS, frozen({ stringData: { a: '1' } }), frozen({ stringData: { a: '2' } })],
];

describe('an update of an immutable field', () => {
  const made = new Map<string, Subject>();

  it.each(CASES)(
    'is told by its name: %s of %o',
    async (field, target, before, after) => {
      const { plural, kind } = target;
      const one = await federate(federation, target, `fixed-${plural}`, { template: before });
      await one.entryIs(first, undefined);
      await one.edit({ spec: { template: after } });

      const entry = await one.entryIs(first, 'UpdateFailed');
      const remedy = `delete ${kind} "bench/fixed-${plural}" in cluster ${first.name}`;
      expect(stringAt(entry, 'message')).toMatch(
        new RegExp(`^${field} cannot be changed .*${remedy}`),
      );
      expect(stringAt(entry, 'refused')).toMatch(/^[0-9a-f]{16}$/);
      made.set(plural, one);
    },
    120_000,
  );

  it('is not sent again by a sweep', async () => {
    await federation.runtime.idle();
    const writes = await writesDuring(first, ALL, async () => {
      for (let i = 0; i < 2; i++) await sweep();
    });

    expect(writes).toEqual([]);
  }, 120_000);

  it('is sent once more for a new value of the annotation redrive', async () => {
    for (const value of ['1', '2']) {
      const writes = await writesDuring(first, ALL, async () => {
        const metadata = { annotations: { [REDRIVE_ANNOTATION]: value } };
        const before = stringAt(await of('jobs').entry(first), 'refused');
        await of('jobs').edit({ metadata });
        await expect
          .poll(async () => stringAt(await of('jobs').entry(first), 'refused'), { timeout: 20_000 })
          .not.toBe(before);
        await sweep();
      });

      expect(writes).toEqual(['1 × PUT jobs']);
    }
  }, 120_000);

  it('is good again when the edit is undone', async () => {
    await of('configmaps').edit({ spec: { template: frozen({ data: { a: '1' } }) } });

    expect(await of('configmaps').entryIs(first, undefined)).toEqual({ name: first.name });
  }, 120_000);

  it.each([
    ['jobs', JOBS, 'two'],
    ['deployments', DEPLOYMENTS, 'one'],
  ])(
    'is made when somebody deletes the object in the member: %s',
    async (plural, target, image) => {
      const { key } = of(plural);
      must(await first.api.delete(target, key, { propagationPolicy: 'Background' }));

      await of(plural).entryIs(first, undefined);
      const object = await of(plural).target(first);
      expect(JSON.stringify(valueAt(object, 'spec', 'template'))).toContain(`"image":"${image}"`);
    },
    120_000,
  );

  function of(plural: string): Subject {
    const one = made.get(plural);
    if (one === undefined) throw new Error(`no ${plural} were made`);
    return one;
  }
});

async function sweep(): Promise<void> {
  await federation.runtime.invoke('sweep', {});
  await federation.runtime.idle();
}
