import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldChanges } from '../../../lib/cli/plan/field-changes.ts';
import { type JsonObject, objectAt, stringAt } from '../../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import { SHOP, testFederation } from '../../stages/federation.ts';
import { CONFIG_MAP, federated } from '../../stages/objects.ts';
import { planOf } from './plan-of.ts';

const MEMBERS = ['east', 'west'];
const data = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'), {
  noNullPrototype: true,
});
const placement = fc.oneof(
  fc.constant<JsonObject>({ clusterSelector: {} }),
  fc.subarray(MEMBERS).map((names): JsonObject => ({ clusters: names.map((name) => ({ name })) })),
);
const override = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace'),
  path: fc.constantFrom('/data', '/data/a', '/metadata/labels/x', '/kind'),
  value: fc.constantFrom<JsonObject | string>('3', { c: '3' }),
});
const overrides = fc
  .array(override, { maxLength: 2 })
  .map((all): JsonObject[] =>
    all.length === 0 ? [] : [{ clusterName: 'west', clusterOverrides: all }],
  );
const spec = fc.record({ data, placement, overrides }).map(
  (one): JsonObject => ({
    template: { data: one.data },
    placement: one.placement,
    overrides: one.overrides,
  }),
);
const label = fc.constantFrom(undefined, 'true', 'false');
const foreign = fc.option(fc.record({ data, label }), { nil: undefined });

describe('makePlan', () => {
  it('says what then happens in every member', async () => {
    const property = fc.asyncProperty(
      fc.option(spec, { nil: undefined }),
      spec,
      foreign,
      async (earlier, wanted, other) => {
        const federation = testFederation();
        if (earlier !== undefined) {
          await federation.host.create(CONFIG_MAP.federated, applied(configMap(earlier)));
          await federation.settle([federation.change(CONFIG_MAP, 'x')]);
        }
        if (other !== undefined) federation.member('east').seed(CONFIG_MAPS, byHand(other));
        const seen = () => MEMBERS.map((name) => federation.target(name, CONFIG_MAP, 'x'));
        const before = seen();

        const report = await planOf(federation, JSON.stringify(configMap(wanted)));
        expect(seen()).toEqual(before);

        await apply(federation, wanted);
        await federation.settle([federation.change(CONFIG_MAP, 'x')]);
        const planned = report.objects[0]?.members ?? [];
        const after = seen();
        const happened = MEMBERS.map((_, i) => outcome(before[i], after[i]));
        expect(MEMBERS.map((name) => shown(planned, name))).toEqual(happened);
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });
});

function shown(
  planned: readonly { cluster: string; action: string; changes: unknown }[],
  name: string,
) {
  const { action = 'nothing', changes = [] } = planned.find((one) => one.cluster === name) ?? {};
  return { action: action === 'fail' ? 'nothing' : action, changes };
}

function outcome(before: JsonObject | undefined, after: JsonObject | undefined) {
  if (before === undefined) return { action: after ? 'create' : 'nothing', changes: [] };
  if (after === undefined) return { action: 'delete', changes: [] };
  const changes = fieldChanges(before, after);
  const managed = (object: JsonObject) =>
    stringAt(object, 'metadata', 'labels', 'kubefed.io/managed') === 'true';
  if (!managed(before) && managed(after)) return { action: 'adopt', changes };
  return { action: changes.length > 0 ? 'update' : 'nothing', changes };
}

async function apply({ host }: ReturnType<typeof testFederation>, wanted: JsonObject) {
  const live = host.peek(CONFIG_MAP.federated, { namespace: SHOP, name: 'x' });
  const object = configMap(wanted);
  const written = await (live === undefined
    ? host.create(CONFIG_MAP.federated, object)
    : host.replace(CONFIG_MAP.federated, { ...object, metadata: live['metadata'] }));
  if (!written.ok) throw new Error(written.error.message);
}

/** As `kubectl apply` leaves it. */
function applied(object: JsonObject): JsonObject {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  };
  return { ...object, metadata: { ...objectAt(object, 'metadata'), annotations } };
}

function configMap(wanted: JsonObject): JsonObject {
  return federated(CONFIG_MAP, { name: 'x', namespace: SHOP, spec: wanted });
}

function byHand(other: { data: Record<string, string>; label: string | undefined }): JsonObject {
  const labels: JsonObject =
    other.label === undefined ? { by: 'hand' } : { 'kubefed.io/managed': other.label };
  const metadata = { name: 'x', namespace: SHOP, labels };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: other.data };
}
