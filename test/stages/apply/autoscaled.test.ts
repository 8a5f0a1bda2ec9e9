import { describe, expect, it } from 'vitest';
import { setAt } from '../../../lib/core/set-at.ts';
import { type JsonObject, valueAt } from '../../../lib/model/json.ts';
import type { Resource } from '../../../lib/model/resource.ts';
import { DONE } from '../../../lib/stages/verdict.ts';
import { A } from '../config-map-a.ts';
import { testFederation } from '../federation.ts';
import { DEPLOYMENT, overriding } from '../objects.ts';

const BY_HPA = {
  ...{ manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' },
  fieldsV1: { 'f:spec': { 'f:replicas': {} } },
};

const AUTOSCALED = 5;

/** Notes, as a real API server does, who set the replicas: five are those of the autoscaler. */
function admit(_: Resource, object: JsonObject) {
  const isScaled = valueAt(object, 'spec', 'replicas') === AUTOSCALED;
  const value = isScaled ? setAt(object, ['metadata', 'managedFields'], [BY_HPA]) : object;
  return { ok: true, value } as const;
}

/** A Deployment of one replica that an autoscaler in `east` has brought to five. */
async function scaled() {
  const federation = testFederation({ members: ['east'], member: { admit } });
  const parts = { name: 'a', clusters: ['east'], template: { spec: { replicas: 1 } } };
  await federation.settle([await federation.createFederated(DEPLOYMENT, parts)]);
  const scale = { spec: { replicas: AUTOSCALED } };
  await federation.member('east').patch(DEPLOYMENT.target, A, scale);
  return federation;
}

describe('applyJob ensure, autoscaled', () => {
  it('leaves the replicas alone', async () => {
    const federation = await scaled();
    await federation.settle([federation.change(DEPLOYMENT, 'a', { cause: 'drift' })]);

    expect(federation.target('east', DEPLOYMENT, 'a')).toMatchObject({ spec: { replicas: 5 } });
  });

  it('leaves the replicas alone when the template changes', async () => {
    const federation = await scaled();
    const template = { spec: { replicas: 2, paused: true } };
    await federation.host.patch(DEPLOYMENT.federated, A, { spec: { template } });
    await federation.settle([federation.change(DEPLOYMENT, 'a')]);

    const target = federation.target('east', DEPLOYMENT, 'a');
    expect(target).toMatchObject({ spec: { replicas: 5, paused: true } });
  });

  it.each([
    ['an override of this cluster', { overrides: [overriding('east', '/spec/replicas', 2)] }, 2],
    ['retainReplicas: false', { retainReplicas: false }, 1],
  ])('sets the replicas that %s asks for', async (_, spec, replicas) => {
    const federation = await scaled();
    await federation.host.patch(DEPLOYMENT.federated, A, { spec });
    await federation.plan([federation.change(DEPLOYMENT, 'a')]);

    expect(await federation.apply(federation.jobs.take())).toEqual([DONE]);
    expect(federation.target('east', DEPLOYMENT, 'a')).toMatchObject({ spec: { replicas } });
  });
});
