import { type Endpoint, type EndpointStyle, endpointsAt, type Routed } from './endpoint.ts';
import type { Targets } from './targets.ts';

/** One record set under a name that it shares with others. */
export interface Piece {
  /** clusters that it stands for */
  readonly clusters: readonly string[];
  readonly targets: Targets;
  /** absent for a name that has a single, simple set */
  readonly routed?: Routed;
}

export interface NameSets {
  readonly endpoints: readonly Endpoint[];
  /** clusters without a set under this name: they need a CNAME, and the name has addresses */
  readonly leftOut: readonly string[];
  /** whether the name has A, AAAA and CNAME records */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly cname: boolean;
}

/**
 * A name has either a CNAME or other records. Addresses go before, as in KubeFed; whoever needs a CNAME is left out.
 *
 * @param pieces all routed by one policy with identifiers of their own, or one that is simple
 * @returns no endpoints without pieces
 * Source: RFC 1034, 3.6.2; KubeFed v0.6.1 (A beats CNAME)
 */
export function nameSets(
  dnsName: string,
  pieces: readonly Piece[],
  style: EndpointStyle,
): NameSets {
  const withAddresses = pieces.filter(({ targets }) => targets.kind !== 'host');
  const taken = withAddresses.length > 0 ? withAddresses : pieces;
  const endpoints = taken.flatMap(({ targets, routed }) =>
    endpointsAt(dnsName, targets, style, routed),
  );
  const has = (type: Endpoint['recordType']) => endpoints.some((e) => e.recordType === type);
  return {
    endpoints,
    leftOut: pieces.filter((piece) => !taken.includes(piece)).flatMap(({ clusters }) => clusters),
    ipv4: has('A'),
    ipv6: has('AAAA'),
    cname: has('CNAME'),
  };
}
