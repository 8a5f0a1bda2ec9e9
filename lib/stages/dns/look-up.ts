import { addressOf } from '../../core/dns-records/cluster-entries.ts';
import { awsHost } from '../../core/dns-records/load-balancer-host.ts';
import { awsHostsOf, type FactsFound } from '../../core/dns-records/targets.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { LoadBalancerAnswer, LoadBalancerQuestion, LoadBalancers } from '../../ports.ts';
import type { Federation } from '../federation.ts';
import { factsIn } from './dns-endpoint.ts';
import type { ObservedCluster } from './observe.ts';

/**
 * Asks for all load balancers of one account and Region at once.
 *
 * @param about.endpoint the DNSEndpoint as it stands: what it says counts where AWS cannot be asked, and for clusters
 *   that could not be
 */
export async function lookUpAll(
  loadBalancers: LoadBalancers,
  about: {
    readonly federation: Federation;
    readonly clusters: readonly ObservedCluster[];
    readonly endpoint: JsonObject | undefined;
  },
): Promise<(hostname: string) => FactsFound> {
  const found = await Promise.all(
    questionsOf(about.federation, about.clusters).map((each) => loadBalancers.lookUp(each)),
  );
  const answers = new Map<string, LoadBalancerAnswer>();
  for (const [hostname, answer] of found.flatMap((each) => [...each])) {
    if (answers.get(hostname)?.found !== true) answers.set(hostname, answer);
  }
  const before = factsIn(about.endpoint);
  return (hostname) => {
    const answer = answers.get(hostname);
    if (answer?.found) return answer;
    const message = `Nothing is known of the load balancer ${hostname}.`;
    return before.get(hostname) ?? answer ?? { found: false, message };
  };
}

/** @returns one question for each account and Region */
function questionsOf(
  federation: Federation,
  clusters: readonly ObservedCluster[],
): LoadBalancerQuestion[] {
  const wanted = clusters.flatMap(({ name, observed }) => {
    if (observed.state !== 'present') return [];
    const roleArn = stringAt(federation.clusters.get(name), 'spec', 'eks', 'roleArn');
    return awsHostsOf(observed.addresses.map(addressOf)).flatMap((hostname) => {
      const known = awsHost(hostname);
      if (known === undefined || known.kind === 'accelerator') return [];
      return [{ hostname, region: known.region, ...(roleArn ? { roleArn } : {}) }];
    });
  });
  const byPlace = Map.groupBy(wanted, ({ region, roleArn = '' }) => `${roleArn} ${region}`);
  return [...byPlace.values()].flatMap((same): LoadBalancerQuestion[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { hostname: _, ...place } = first;
    return [{ ...place, hostnames: [...new Set(same.map(({ hostname }) => hostname))].sort() }];
  });
}
