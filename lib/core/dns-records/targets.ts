import { isIPv4, isIPv6 } from './ip.ts';
import { awsHost, hostName } from './load-balancer-host.ts';

/** One address of a load balancer, as Kubernetes keeps it in `status.loadBalancer.ingress[]`. */
export interface Address {
  readonly ip?: string;
  readonly hostname?: string;
}

/** What Route 53 has to know of an AWS load balancer to make an alias of it. */
export interface LoadBalancerFacts {
  /** CanonicalHostedZoneId of the load balancer, which is not one of our zones */
  readonly hostedZoneId: string;
  /** clients reach it over IPv4 */
  readonly ipv4: boolean;
  /** clients reach it over IPv6 */
  readonly ipv6: boolean;
}

export type FactsFound =
  | { readonly found: true; readonly facts: LoadBalancerFacts }
  | { readonly found: false; readonly message: string };

/** What a record set leads to; each kind becomes other record types. */
export type Targets =
  | ({ readonly kind: 'alias'; readonly host: string } & LoadBalancerFacts)
  /** record sets of the same zone, by their name */
  | {
      readonly kind: 'sameZone';
      readonly name: string;
      readonly ipv4: boolean;
      readonly ipv6: boolean;
    }
  /** each list sorted, one of them not empty */
  | {
      readonly kind: 'addresses';
      readonly ipv4: readonly string[];
      readonly ipv6: readonly string[];
    }
  /** a CNAME, which stands for itself at a name */
  | { readonly kind: 'host'; readonly host: string };

export type TargetsFound =
  | { readonly found: true; readonly targets: Targets }
  | { readonly found: false; readonly message: string };

/** Source: AWS, Route 53 API reference, AliasTarget: one zone for all accelerators */
const ACCELERATOR_ZONE = 'Z2BJ6XQ5FK7U4H';

/**
 * A record set holds one kind of target: an AWS load balancer goes before addresses, addresses before any other host
 * name, and of several host names the first in the alphabet counts.
 *
 * @param addresses not empty
 * @param factsOf answers for host names of AWS load balancers
 */
export function targetsOf(
  addresses: readonly Address[],
  factsOf: (hostname: string) => FactsFound,
): TargetsFound {
  const hosts = sorted(addresses.flatMap(({ hostname }) => (hostname ? [hostName(hostname)] : [])));
  const aws = hosts.find((host) => awsHost(host) !== undefined);
  if (aws !== undefined) return aliasOf(aws, factsOf);
  const ips = sorted(addresses.flatMap(({ ip }) => (ip ? [ip] : [])));
  const addressed = { ipv4: ips.filter(isIPv4), ipv6: ips.filter(isIPv6) };
  if (addressed.ipv4.length + addressed.ipv6.length > 0) {
    return { found: true, targets: { kind: 'addresses', ...addressed } };
  }
  const [host] = hosts;
  if (host !== undefined) return { found: true, targets: { kind: 'host', host } };
  return { found: false, message: `${ips.join(', ')} is no IP address` };
}

/** @returns the host names among the addresses whose facts have to be looked up, sorted */
export function awsHostsOf(addresses: readonly Address[]): string[] {
  const hosts = addresses.flatMap(({ hostname }) => (hostname ? [hostName(hostname)] : []));
  return sorted(hosts).filter((host) => {
    const known = awsHost(host);
    return known !== undefined && known.kind !== 'accelerator';
  });
}

function aliasOf(host: string, factsOf: (hostname: string) => FactsFound): TargetsFound {
  const known = awsHost(host);
  if (known?.kind === 'accelerator') {
    const facts = { hostedZoneId: ACCELERATOR_ZONE, ipv4: true, ipv6: known.dualstack };
    return { found: true, targets: { kind: 'alias', host, ...facts } };
  }
  const answer = factsOf(host);
  if (!answer.found) return answer;
  return { found: true, targets: { kind: 'alias', host, ...answer.facts } };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
