/** Record sets of a hosted zone, as Route 53 keeps them. */

/** How one of several sets of a name and type is picked. */
export type SetRouting =
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly role: string }
  | {
      readonly kind: 'geolocation';
      readonly continent?: string;
      readonly country?: string;
      readonly subdivision?: string;
    }
  /** one that we never write: such a set can be seen, but not be put back or deleted by us */
  | { readonly kind: 'other' };

export interface AliasTarget {
  readonly hostedZoneId: string;
  readonly name: string;
  readonly evaluateTargetHealth: boolean;
}

/** Names are in lower case, without the dot at the end. */
export interface RecordSet {
  readonly name: string;
  /** A, AAAA, CNAME, TXT; of others' sets any type */
  readonly type: string;
  readonly setIdentifier?: string;
  readonly routing?: SetRouting;
  /** absent for an alias */
  readonly ttlSeconds?: number;
  /** sorted; empty for an alias. Those of a TXT are in quotes */
  readonly values: readonly string[];
  readonly alias?: AliasTarget;
  readonly healthCheckId?: string;
}

export interface ZoneChange {
  readonly action: 'CREATE' | 'UPSERT' | 'DELETE';
  readonly set: RecordSet;
}

export interface HostedZone {
  /** without the `/hostedzone/` before it */
  readonly id: string;
  /** in lower case, without the dot at the end */
  readonly name: string;
}
