import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES } from '../../lib/model/resources.ts';
import type { ApiResult, Cluster } from '../../lib/ports.ts';
import { resourceOf } from '../../lib/stages/install/resource-of.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { type ControlPlanes, startControlPlanes } from '../environment/control-planes.ts';
import { adminApi } from '../environment/emulated-aws.ts';
import { must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { cases } from './cases.ts';
import type { CrdCase } from './crd-case.ts';
import { crds } from './read-crds.ts';

const ESTABLISHED_SECONDS = 30;

let planes: ControlPlanes;
let server: Cluster;

beforeAll(async () => {
  planes = await startControlPlanes({ clusters: ['host'], controllerManager: false });
  const plane = planes.clusters['host'];
  if (plane === undefined) throw new Error('no host');
  server = adminApi(plane);
  const namespaces = cases.flatMap(({ object }) => keyOfObject(object).namespace ?? []);
  for (const name of new Set(namespaces)) {
    await server.create(NAMESPACES, { metadata: { name } });
  }
  for (const crd of crds.values()) must(await server.create(CUSTOM_RESOURCE_DEFINITIONS, crd));
  await until('the CRDs are served', ESTABLISHED_SECONDS, async () => {
    const served = await Promise.all(cases.map(({ object }) => server.list(resource(object))));
    return { done: served.every(({ ok }) => ok), seen: served.find(({ ok }) => !ok) };
  });
}, 120_000);

afterAll(() => planes?.stop());

describe('the CRDs on an API server', () => {
  it.each(cases)('$name', async (one) => {
    const { object } = one;
    try {
      const answer = await play(one);

      expect(answer.ok ? '' : answer.error.message).toContain(one.message ?? '');
      expect(answer.ok).toBe(one.valid);
      if (answer.ok) expect(answer.value).toMatchObject(one.stored ?? {});
    } finally {
      await server.delete(resource(object), keyOfObject(object));
    }
  });
});

async function play({ object, change, subresource }: CrdCase): Promise<ApiResult> {
  const created = await server.create(resource(object), object);
  if (change === undefined) return created;
  must(created);
  return server.patch(resource(object), keyOfObject(object), change, subresource);
}

function resource(object: JsonObject): Resource {
  return resourceOf(object, [...crds.values()]);
}
