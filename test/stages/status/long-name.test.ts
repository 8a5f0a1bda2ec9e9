import { describe, expect, it } from 'vitest';
import { PROPAGATED_VERSIONS } from '../../../lib/model/resources.ts';
import { DONE } from '../../../lib/stages/verdict.ts';
import { RED } from '../config-map-a.ts';
import { testFederation } from '../federation.ts';
import { CONFIG_MAP } from '../objects.ts';
import { outcomesOf } from './outcomes.ts';

describe('report of an object with a long name', () => {
  it.each([
    ['11.32 goes without a record that could not have a name', 244, 0],
    ['keeps a record as long as it can have one', 243, 1],
  ])('%s', async (_, length, records) => {
    const federation = testFederation();
    const name = 'a'.repeat(length);
    await federation.plan([await federation.createFederated(CONFIG_MAP, { ...RED, name })]);
    const { whole } = await outcomesOf(federation);

    expect(await federation.status(whole)).toEqual([DONE]);

    expect(federation.host.peekAll(PROPAGATED_VERSIONS)).toHaveLength(records);
    expect(federation.federatedObject(CONFIG_MAP, name)).toMatchObject({
      status: { conditions: [{ type: 'Propagation', status: 'True' }] },
    });
  });
});
