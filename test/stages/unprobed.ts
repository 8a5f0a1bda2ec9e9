import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { type TestFederation, testFederation } from './federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

/** A federation of two members of which nobody knows yet how they are. */
export function unprobed() {
  const federation = testFederation();
  for (const name of ['east', 'west']) {
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster(name));
  }
  const clusterOf = (name: string) =>
    federation.host.peek(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name }) ?? {};
  return { ...federation, clusterOf };
}

/** The message that all members are due for a probe. */
export const round = ({ clock }: TestFederation) => ({
  message: { v: 1, kind: 'round', afterSeconds: 10, dueAtMs: clock.nowMs() } as const,
  attempt: 1,
});
