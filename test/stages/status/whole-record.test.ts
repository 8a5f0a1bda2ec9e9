import { describe, expect, it } from 'vitest';
import { PROPAGATED_VERSIONS, WHOLE_RECORD_VERSION } from '../../../lib/model/resources.ts';
import { DONE } from '../../../lib/stages/verdict.ts';
import { RED } from '../config-map-a.ts';
import { testFederation } from '../federation.ts';
import { CONFIG_MAP } from '../objects.ts';
import { outcomesOf } from './outcomes.ts';

describe('the first record of an object', () => {
  it.each([
    ['is created with its versions, in one call', true, { create: 1, patch: 1 }],
    [
      'is created and then filled where the CRD is still that of KubeFed',
      false,
      { create: 2, patch: 2 },
    ],
  ])('%s', async (_, isOurs, calls) => {
    const isServed = ({ version }: { version: string }) =>
      isOurs || version !== WHOLE_RECORD_VERSION;
    const federation = testFederation({ host: { isServed } });
    await federation.plan([await federation.createFederated(CONFIG_MAP, RED)]);
    const { whole } = await outcomesOf(federation);
    const before = { ...federation.host.calls };

    expect(await federation.status(whole)).toEqual([DONE]);

    const { create, patch } = federation.host.calls;
    expect({ create: create - before.create, patch: patch - before.patch }).toEqual(calls);
    expect(federation.host.peekAll(PROPAGATED_VERSIONS)).toMatchObject([
      { status: { clusterVersions: [{ clusterName: 'east' }, { clusterName: 'west' }] } },
    ]);
  });
});
