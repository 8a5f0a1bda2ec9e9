import type { ControlPlane } from './control-plane.ts';

/** Requests that an API server has served, by `VERB resource`, as it counts them itself. */
export type ApiCalls = ReadonlyMap<string, number>;

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION']);
/** What a cluster writes by itself (leases of its own parts), and reviews, which store nothing. */
const OF_THE_CLUSTER = new Set(['leases', 'tokenreviews', 'subjectaccessreviews', 'apiservices']);

export async function apiCalls(plane: ControlPlane): Promise<ApiCalls> {
  const counts = new Map<string, number>();
  for (const line of (await plane.metrics()).split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    const labels = Object.fromEntries(
      [...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    const subresource = labels['subresource'] ? `/${labels['subresource']}` : '';
    const key = `${labels['verb']} ${labels['resource']}${subresource}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(line.slice(line.lastIndexOf(' '))));
  }
  return counts;
}

/** @returns only what rose between the two counts; calls of the cluster itself are left out */
export function callsBetween(before: ApiCalls, after: ApiCalls): ApiCalls {
  const risen = [...after]
    .map(([key, count]): [string, number] => [key, count - (before.get(key) ?? 0)])
    .filter(([key, count]) => count > 0 && !OF_THE_CLUSTER.has(resourceOf(key)));
  return new Map(risen);
}

/** @returns the writes among the calls */
export function writesAmong(calls: ApiCalls): ApiCalls {
  return new Map([...calls].filter(([key]) => WRITES.has(key.split(' ')[0] ?? '')));
}

/** @returns e.g. `2 × PATCH configmaps`, sorted by what was called */
export function describeCalls(calls: ApiCalls): string[] {
  return [...calls].sort().map(([key, count]) => `${count} × ${key}`);
}

function resourceOf(key: string): string {
  return key.split(' ')[1]?.split('/')[0] ?? '';
}
