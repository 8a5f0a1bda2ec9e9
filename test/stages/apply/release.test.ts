import { describe, expect, it } from 'vitest';
import type { Job } from '../../../lib/model/messages.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A, inSync } from '../config-map-a.ts';
import type { TestFederation } from '../federation.ts';
import { CONFIG_MAP } from '../objects.ts';
import { jobsAfter, refusing, results } from './jobs.ts';

describe('applyJob release', () => {
  async function released(federation: TestFederation): Promise<Job[]> {
    const metadata = { annotations: { 'kubefed.io/orphan': 'true' } };
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata });
    return jobsAfter(federation, () => federation.host.delete(CONFIG_MAP.federated, A));
  }

  it('takes our label off and leaves the object', async () => {
    const federation = await inSync();
    await federation.apply(await released(federation));

    const left = federation.target('east', CONFIG_MAP, 'a');
    expect(left).toMatchObject({ data: { color: 'red' } });
    expect(left?.['metadata']).not.toHaveProperty('labels');
    expect(results(federation)).toMatchObject([{ code: 'gone' }, { code: 'gone' }]);
  });

  it('has nothing to do where the label, or the object, is gone or going', async () => {
    const federation = await inSync();
    const jobs = await released(federation);
    await federation.member('east').delete(CONFIG_MAP.target, A);
    const held = { metadata: { finalizers: ['example.com/hold'] } };
    await federation.member('west').patch(CONFIG_MAP.target, A, held);
    await federation.member('west').delete(CONFIG_MAP.target, A);
    await federation.apply(jobs);
    await federation.apply(jobs);

    expect(federation.member('west').calls.patch).toBe(1);
    expect(results(federation).every(({ code }) => code === 'gone')).toBe(true);
  });

  it.each<[string, Partial<ApiError>, object, object]>([
    ['get', { kind: 'Unreachable' }, RETRY, { code: 'LabelRemovalFailed' }],
    ['patch', { kind: 'Forbidden' }, RETRY, { code: 'LabelRemovalFailed' }],
    ['patch', { kind: 'NotFound' }, DONE, { code: 'gone' }],
  ])('after a refused %s with %j', async (verb, error, verdict, result) => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await released(federation);
    federation.member('east').fail = refusing(verb, error);

    expect(await federation.apply(jobs)).toEqual([verdict]);
    expect(results(federation)).toMatchObject([result]);
  });
});
