import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { fieldChanges } from '../../lib/cli/plan/field-changes.ts';
import type { PlannedMember, PlannedObject } from '../../lib/cli/plan/plan-report.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { objectKey, type Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import { FEDERATED_CONFIG_MAPS, federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { EXISTING, MANIFESTS, SHOP, TARGETS } from './plan-manifests.ts';
import { runPlan } from './run-plan.ts';
import { testFederation } from './test-federation.ts';

const PATIENCE_SECONDS = 60;

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
const federation = testFederation({ members: 2 });
let host: Cluster;

beforeAll(async () => {
  host = federation.host.api;
  must(await host.create(NAMESPACES, namespace(SHOP)));
  for (const object of EXISTING) must(await host.create(federatedOf(object), applied(object)));
  await until('what is there is in the members', PATIENCE_SECONDS, () => settled(EXISTING));
  const [one, two] = federation.members;
  for (const member of [one, two]) {
    const metadata = { namespace: SHOP, name: 'adopted', labels: { by: 'hand' } };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'old', b: 'old' } };
    must((await member?.api.create(CONFIG_MAPS, object)) ?? { ok: true, value: {} });
  }
  const below = join(folder, 'below');
  mkdirSync(below);
  const [first = {}, ...others] = MANIFESTS;
  writeFileSync(join(folder, 'first.json'), JSON.stringify(first));
  writeFileSync(join(folder, 'first.txt'), 'no manifest');
  writeFileSync(join(below, 'others.yaml'), others.map((one) => stringify(one)).join('---\n'));
}, 180_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
});

describe('plan', () => {
  it('says of 20 manifests what then happens, field by field, and 0 once it has', async () => {
    const before = await targets();
    const planned = await plan('-f', folder, '-R');
    const notes = ['namespace anew is new: what is in it is not checked by the servers'];
    expect(planned).toMatchObject({ code: 2, report: { findings: [], notes } });
    expect(planned.report.objects).toHaveLength(20);
    expect(await targets()).toEqual(before);

    for (const object of MANIFESTS) await apply(object);
    await until('the manifests are in the members', PATIENCE_SECONDS, () => settled(MANIFESTS));

    const after = await targets();
    for (const object of planned.report.objects) {
      const shown = object.members.map(({ cluster, action, changes }) => ({
        cluster,
        action,
        changes,
      }));
      expect({ ...nameOf(object), members: shown }).toEqual({
        ...nameOf(object),
        members: happened(object, before, after),
      });
    }
    const actions = new Set(planned.report.objects.flatMap(({ members }) => actionsOf(members)));
    expect(actions).toEqual(new Set(['create', 'update', 'adopt', 'delete', 'nothing']));
    expect(await plan('-f', folder, '-R')).toMatchObject({ code: 0 });
  }, 120_000);

  it('says what the server of a member says, and where', async () => {
    const file = join(folder, 'bad.yaml');
    const spec = {
      template: { data: { a: 'b' } },
      placement: { clusterSelector: {} },
      overrides: [
        { clusterName: 'member-2', clusterOverrides: [{ path: '/data/a', value: { no: 'text' } }] },
      ],
    };
    const metadata = { namespace: SHOP, name: 'bad' };
    const kind = 'FederatedConfigMap';
    writeFileSync(
      file,
      stringify({ apiVersion: 'types.kubefed.io/v1beta1', kind, metadata, spec }),
    );

    const { code, report } = await plan('-f', file);

    expect(code).toBe(1);
    expect(report.objects[0]?.members).toMatchObject([
      { cluster: 'member-1', action: 'create' },
      { cluster: 'member-2', action: 'fail', code: 'CreationFailed' },
    ]);
    expect(report.findings).toMatchObject([{ severity: 'error', file, cluster: 'member-2' }]);
    expect(await plan('-f', file, '--no-server')).toMatchObject({ code: 2 });
    expect((await host.get(FEDERATED_CONFIG_MAPS, metadata)).ok).toBe(false);
  }, 60_000);
});

function plan(...args: string[]) {
  return runPlan(federation, ...args);
}

/** As `kubectl apply` leaves it. */
function applied(object: JsonObject): JsonObject {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  };
  return { ...object, metadata: { ...objectAt(object, 'metadata'), annotations } };
}

/** As `kubectl apply` of what was applied before, or create. */
async function apply(object: JsonObject): Promise<void> {
  const resource = federatedOf(object);
  const live = await host.get(resource, keyOf(object));
  if (!live.ok) {
    must(await host.create(resource, object));
    return;
  }
  const metadata = { ...objectAt(live.value, 'metadata'), ...objectAt(object, 'metadata') };
  must(await host.replace(resource, { ...object, metadata }));
}

/** Whether the status of all objects is about what they say now. */
async function settled(objects: readonly JsonObject[]) {
  const seen = await Promise.all(
    objects.map(async (object) => {
      if (object['kind'] === 'Namespace') return { done: true };
      const live = must(await host.get(federatedOf(object), keyOf(object)));
      const observed = valueAt(live, 'status', 'observedGeneration');
      const current = observed === valueAt(live, 'metadata', 'generation');
      const conditions = listAt(live, 'status', 'conditions');
      const inSync = conditions.some(
        (one) => stringAt(one, 'type') === 'Propagation' && stringAt(one, 'status') === 'True',
      );
      return { done: current && inSync, ...nameOfObject(object), status: live['status'] ?? null };
    }),
  );
  const open = seen.filter(({ done }) => !done);
  return { done: open.length === 0, seen: open };
}

type Targets = ReadonlyMap<string, JsonObject | undefined>;

/** What lies in the members under the names in the manifests. */
async function targets(): Promise<Targets> {
  const found = new Map<string, JsonObject | undefined>();
  for (const { name: cluster, api } of federation.members) {
    for (const object of MANIFESTS) {
      const target = TARGETS[String(object['kind'])];
      if (target === undefined) continue;
      const { namespace: own, name } = keyOf(object);
      const live = await api.get(target, objectKey(target.namespaced ? own : undefined, name));
      found.set(`${cluster} ${object['kind']} ${name}`, live.ok ? live.value : undefined);
    }
  }
  return found;
}

function happened({ kind, name }: PlannedObject, before: Targets, after: Targets) {
  return federation.members.flatMap(({ name: cluster }) => {
    const id = `${cluster} ${kind} ${name}`;
    const was = before.get(id);
    const is = after.get(id);
    if (was === undefined && is === undefined) return [];
    if (was === undefined) return [{ cluster, action: 'create', changes: [] }];
    if (is === undefined) return [{ cluster, action: 'delete', changes: [] }];
    const changes = fieldChanges(was, is);
    const foreign = stringAt(was, 'metadata', 'labels', 'kubefed.io/managed') !== 'true';
    const changed = changes.length > 0 ? 'update' : 'nothing';
    return [{ cluster, action: foreign ? 'adopt' : changed, changes }];
  });
}

function actionsOf(members: readonly PlannedMember[]): string[] {
  return members.map(({ action }) => action);
}

function nameOf({ kind, name }: { kind: string; name: string }) {
  return { kind, name };
}

function nameOfObject(object: JsonObject) {
  return { kind: String(object['kind']), ...keyOf(object) };
}

function federatedOf(object: JsonObject): Resource {
  const kind = String(object['kind']);
  if (kind === 'Namespace') return NAMESPACES;
  return { ...federatedType(kind), namespaced: kind !== 'FederatedClusterRole' };
}

function keyOf(object: JsonObject) {
  const { namespace: own, name } = { ...objectAt(object, 'metadata') };
  return objectKey(typeof own === 'string' ? own : undefined, String(name));
}

function namespace(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
