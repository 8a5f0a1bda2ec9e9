import type { JsonValue } from '../../model/json.ts';
import type { FieldChange } from './field-changes.ts';

/** One record set that would come, change or go. */
export interface PlannedRecordSet {
  readonly action: 'create' | 'update' | 'delete';
  readonly dnsName: string;
  readonly recordType: string;
  /** absent for one that stands alone under its name */
  readonly setIdentifier?: string;
  /** as they will be, of one that goes as they are; several are parted by a comma */
  readonly targets: string;
  /** recordTTL (seconds) and what external-dns calls provider-specific, by name */
  readonly properties: Readonly<Record<string, JsonValue>>;
  /** for update: `targets`, and properties by name */
  readonly changes: readonly FieldChange[];
}

/** What would become of the DNSEndpoint of one record. */
export interface PlannedDns {
  /** ServiceDNSRecord or IngressDNSRecord */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly endpoint: {
    readonly name: string;
    readonly action: 'create' | 'update' | 'delete' | 'nothing';
    /** of the annotations that say how it is written to a hosted zone */
    readonly changes: readonly FieldChange[];
  };
  /** those that differ, sorted by name, type and set identifier */
  readonly recordSets: readonly PlannedRecordSet[];
  /** sorted by name: clusters that have no record set, or have one all the same, and why */
  readonly clusters: readonly {
    readonly cluster: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** what the status of the record would say of the whole; absent when all is well */
  readonly message?: string;
}
