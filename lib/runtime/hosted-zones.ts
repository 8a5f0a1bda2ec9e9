import { Route53Client } from '@aws-sdk/client-route-53';
import { assumedCredentials } from '../adapters/eks/access.ts';
import { route53Zones } from '../adapters/route53/hosted-zones.ts';
import type { HostedZones } from '../ports.ts';
import { systemClock } from './clock.ts';

/** Route 53 has one endpoint, which signs for this Region. Source: AWS General Reference, Route 53 endpoints */
const REGION = 'us-east-1';

/**
 * Built once per cold start. A refused call is not repeated here: what is throttled goes back to the queue, and leaves the
 * rate of the account to others meanwhile.
 *
 * @param zones those with a role are entered with it
 */
export function hostedZones(
  zones: readonly { readonly id: string; readonly roleArn?: string }[],
): HostedZones {
  const { nowMs } = systemClock;
  const byRole = new Map<string, Route53Client>();
  function clientFor(roleArn: string): Route53Client {
    const known = byRole.get(roleArn);
    if (known !== undefined) return known;
    const credentials = roleArn === '' ? undefined : assumedCredentials(roleArn, REGION, { nowMs });
    const client = new Route53Client({
      region: REGION,
      maxAttempts: 1,
      ...(credentials === undefined ? {} : { credentials }),
    });
    byRole.set(roleArn, client);
    return client;
  }
  const roles = new Map(zones.map(({ id, roleArn = '' }) => [id, roleArn]));
  return route53Zones((zoneId) => clientFor(roles.get(zoneId) ?? ''));
}
