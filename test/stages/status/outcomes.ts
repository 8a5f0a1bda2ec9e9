import { type JsonObject, listAt, stringAt } from '../../../lib/model/json.ts';
import type { ClusterResult, Outcome } from '../../../lib/model/messages.ts';
import { EVENTS } from '../../../lib/model/resources.ts';
import { A, RED } from '../config-map-a.ts';
import { type TestFederation, testFederation } from '../federation.ts';
import { CONFIG_MAP, type FederatedParts, KUBEFED_NAMESPACE } from '../objects.ts';

/** A federation with the FederatedConfigMap `a` and the outcomes of its first plan, one for each member. */
export async function applied(parts: Partial<FederatedParts> = {}) {
  const federation = testFederation();
  await federation.plan([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return { ...federation, ...(await outcomesOf(federation)) };
}

export async function outcomesOf(federation: TestFederation) {
  for (const job of federation.jobs.take()) await federation.apply([job]);
  const outcomes = federation.outcomes.take();
  const only = (cluster: string): Outcome => {
    const found = outcomes.find(({ results }) => results.some((r) => r.cluster === cluster));
    if (found === undefined) throw new Error(`no outcome of ${cluster}`);
    return found;
  };
  return { given: outcomes, only, whole: merged(outcomes) };
}

/** One outcome with all results, as a batch with all jobs would have yielded. */
function merged(outcomes: readonly Outcome[]): Outcome[] {
  const [first] = outcomes;
  const results = outcomes.flatMap((outcome) => outcome.results);
  return first === undefined ? [] : [{ ...first, results }];
}

/** @returns the outcomes of the pass that follows an edit of `a` */
export async function afterEdit(federation: TestFederation, patch: JsonObject) {
  await federation.host.patch(CONFIG_MAP.federated, A, patch);
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return outcomesOf(federation);
}

export async function afterDeletion(federation: TestFederation) {
  await federation.host.delete(CONFIG_MAP.federated, A);
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return outcomesOf(federation);
}

export const statusOf = (federation: TestFederation) =>
  federation.federatedObject(CONFIG_MAP, 'a')?.['status'];
export const recordedClusters = (federation: TestFederation) =>
  listAt(federation.recorded(CONFIG_MAP, 'a'), 'status', 'clusterVersions').map((entry) =>
    stringAt(entry, 'clusterName'),
  );
export const eventsOf = (federation: TestFederation) =>
  federation.host.peekAll(EVENTS).map(({ reason, message }) => ({ reason, message }));

export function withResult(
  outcome: Outcome | undefined,
  result: Partial<ClusterResult>,
): Outcome[] {
  if (outcome === undefined) throw new Error('no outcome');
  const results = outcome.results.map((one): ClusterResult => ({ ...one, ...result }));
  return [{ ...outcome, results }];
}

export function eastKey() {
  return { namespace: KUBEFED_NAMESPACE, name: 'east' };
}
