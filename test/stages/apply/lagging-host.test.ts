import { describe, expect, it } from 'vitest';
import { A, GREEN } from '../config-map-a.ts';
import { CONFIG_MAP } from '../objects.ts';
import { planned } from './jobs.ts';

describe('a job on a host whose cache lags behind', () => {
  it.each([
    ['applies what was planned at the first try', 1, { data: { color: 'red' } }],
    ['looks at the newest state at a later try: its plan is outdated', 2, undefined],
  ])('%s', async (_, attempt, target) => {
    const federation = await planned({}, { host: { lags: () => true } });
    await federation.host.patch(CONFIG_MAP.federated, A, GREEN);

    await federation.apply(federation.given, attempt);

    const found = federation.target('east', CONFIG_MAP, 'a');
    if (target === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(target);
  });
});
