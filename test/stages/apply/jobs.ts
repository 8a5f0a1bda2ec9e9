import type { MemoryCall } from '../../../lib/adapters/memory/gate.ts';
import type { ClusterResult, Job } from '../../../lib/model/messages.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { RED } from '../config-map-a.ts';
import { type FederationOptions, type TestFederation, testFederation } from '../federation.ts';
import { CONFIG_MAP, type FederatedParts } from '../objects.ts';

/** A federation with the FederatedConfigMap `a` and the jobs that its plan gave out. */
export async function planned(
  parts: Partial<FederatedParts> = {},
  options: FederationOptions = {},
) {
  const federation = testFederation(options);
  await federation.plan([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return { ...federation, given: federation.jobs.take() };
}

export async function jobsAfter(
  federation: TestFederation,
  act: () => Promise<unknown>,
): Promise<Job[]> {
  await act();
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return federation.jobs.take();
}

/** @returns what was reported so far, each report sorted by cluster */
export function results(federation: TestFederation): ClusterResult[] {
  return federation.outcomes.sent.flatMap((outcome) =>
    outcome.results.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1)),
  );
}

/** @returns a fault hook that refuses one kind of call, some times or always */
export function refusing(verb: string, error: Partial<ApiError>, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return (call: MemoryCall): ApiError | undefined =>
    call.verb === verb && left-- > 0 ? { kind: 'ServerError', message: 'no', ...error } : undefined;
}
