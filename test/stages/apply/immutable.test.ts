import { describe, expect, it } from 'vitest';
import { listAt } from '../../../lib/model/json.ts';
import { REDRIVE_ANNOTATION } from '../../../lib/model/names.ts';
import { A, GREEN, inSync } from '../config-map-a.ts';
import { callsSince, type TestFederation } from '../federation.ts';
import { CONFIG_MAP } from '../objects.ts';
import { refusing } from './jobs.ts';

const IMMUTABLE = {
  kind: 'Invalid',
  message: 'ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set',
  causes: [{ field: 'data', message: 'Forbidden: field is immutable when `immutable` is set' }],
} as const;

/** The FederatedConfigMap `a`, in sync everywhere, then edited; `east` refuses every update of it. */
async function refusedIn(cluster: string): Promise<TestFederation> {
  const federation = await inSync();
  federation.member(cluster).fail = refusing('replace', IMMUTABLE);
  await federation.host.patch(CONFIG_MAP.federated, A, GREEN);
  await federation.settle([federation.change(CONFIG_MAP, 'a')]);
  return federation;
}

async function callsOf(federation: TestFederation, cause: 'sweep' | 'drift' | 'edit') {
  const member = federation.member('east');
  const before = { ...member.calls };
  await federation.settle([federation.change(CONFIG_MAP, 'a', { cause })]);
  return callsSince(member, before);
}

function entries(federation: TestFederation) {
  return listAt(federation.federatedObject(CONFIG_MAP, 'a'), 'status', 'clusters');
}

describe('applyJob ensure, an immutable field', () => {
  it('says which field and what to do, and serves the other member', async () => {
    const federation = await refusedIn('east');

    expect(entries(federation)).toEqual([
      {
        name: 'east',
        status: 'UpdateFailed',
        message: expect.stringMatching(/^data cannot be changed .* delete ConfigMap "shop\/a" in/),
        refused: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      { name: 'west' },
    ]);
    expect(federation.target('west', CONFIG_MAP, 'a')).toMatchObject(GREEN.spec.template);
  });

  it('is read and not written by a sweep, and its status stays as it is', async () => {
    const federation = await refusedIn('east');
    const before = federation.federatedObject(CONFIG_MAP, 'a');

    expect(await callsOf(federation, 'sweep')).toEqual({ get: 1, total: 1 });
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toEqual(before);
  });

  it('is tried again when the object in the member has changed', async () => {
    const federation = await refusedIn('east');
    await federation.member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });

    expect(await callsOf(federation, 'drift')).toMatchObject({ replace: 1 });
    expect(await callsOf(federation, 'sweep')).toEqual({ get: 1, total: 1 });
  });

  it('is tried again when the template changes', async () => {
    const federation = await refusedIn('east');
    const template = { data: { color: 'yellow' } };
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { template } });

    expect(await callsOf(federation, 'edit')).toMatchObject({ replace: 1 });
  });

  it('is tried again with each new value of the annotation redrive', async () => {
    const federation = await refusedIn('east');
    for (const value of ['1', '2']) {
      const metadata = { annotations: { [REDRIVE_ANNOTATION]: value } };
      await federation.host.patch(CONFIG_MAP.federated, A, { metadata });

      expect(await callsOf(federation, 'edit')).toMatchObject({ replace: 1 });
      expect(await callsOf(federation, 'sweep')).toEqual({ get: 1, total: 1 });
    }
  });

  it('is made anew when the object in the member has been deleted', async () => {
    const federation = await refusedIn('east');
    await federation.member('east').delete(CONFIG_MAP.target, A);
    await federation.settle([federation.change(CONFIG_MAP, 'a', { cause: 'drift' })]);

    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject(GREEN.spec.template);
    expect(entries(federation)).toEqual([{ name: 'east' }, { name: 'west' }]);
  });
});
