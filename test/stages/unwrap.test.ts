import { describe, expect, it } from 'vitest';
import { HostError, tryAgainAfter } from '../../lib/stages/unwrap.ts';
import { RED } from './config-map-a.ts';
import { testFederation } from './federation.ts';
import { CONFIG_MAP } from './objects.ts';

const OVERLOADED = { kind: 'Throttled', message: 'too many requests' } as const;

describe('tryAgainAfter', () => {
  it.each([
    [
      'a refusal of the host that asks for a pause',
      new HostError({ ...OVERLOADED, retryAfterSeconds: 7 }),
      7,
    ],
    ['one that does not', new HostError(OVERLOADED), 0],
    ['anything else', new TypeError('x is not iterable'), 0],
  ])('after %s', (_, error, retryAfterSeconds) => {
    expect(tryAgainAfter(error)).toEqual({ retryAfterSeconds });
  });

  it.each(['plan', 'apply', 'status'] as const)('is the verdict of %s', async (stage) => {
    const federation = testFederation();
    const change = await federation.createFederated(CONFIG_MAP, RED);
    const batches = {
      plan: () => federation.plan([change]),
      apply: () => federation.apply(federation.jobs.take().slice(0, 1), 2),
      status: () => federation.status(federation.outcomes.take(), 2),
    };
    await federation.plan([change]);
    if (stage === 'status') await federation.apply(federation.jobs.take());
    federation.host.fail = () => ({ ...OVERLOADED, retryAfterSeconds: 7 });

    expect(await batches[stage]()).toEqual([{ retryAfterSeconds: 7 }]);
  });
});
