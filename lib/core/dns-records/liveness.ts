import type { RecordSpec } from '../../model/dns-record.ts';
import type { JsonObject } from '../../model/json.ts';

/** What was found in one member. */
export type Observed =
  | { readonly state: 'notReady' }
  /** Ready, but it did not answer */
  | { readonly state: 'unreachable'; readonly message: string }
  /** there is no Service or Ingress of ours */
  | { readonly state: 'absent' }
  | {
      readonly state: 'present';
      /** entries of `status.loadBalancer.ingress` with an ip or a hostname, sorted */
      readonly addresses: readonly JsonObject[];
      readonly hasReadyEndpoint: boolean;
    };

export const ABSENCES = [
  'ClusterNotReady',
  'ClusterUnreachable',
  'NotFound',
  'NoAddress',
  'NoReadyEndpoints',
  'Drained',
  'LoadBalancerUnknown',
  'LeftOut',
] as const;

/** Why a cluster has no record set, for the record's status. */
export interface Absence {
  readonly reason: (typeof ABSENCES)[number];
  /** one sentence, with the remedy where there is one */
  readonly message: string;
  /** it may come back by itself: failing open keeps the last record set */
  readonly passing: boolean;
}

/**
 * A cluster counts when it is Ready, the Service has an address, and a pod behind it is ready. For an Ingress nobody
 * asks after pods: its rules may lead to many Services.
 *
 * @returns why the cluster does not count; undefined when it does
 * Source: KubeFed v0.6.1, `allowServiceWithoutEndpoints`
 */
export function absenceOf(spec: RecordSpec, observed: Observed): Absence | undefined {
  const kind = spec.kind === 'service' ? 'Service' : 'Ingress';
  const object = `${kind} ${spec.namespace}/${spec.name}`;
  switch (observed.state) {
    case 'notReady':
      return {
        reason: 'ClusterNotReady',
        message: 'The cluster is not Ready; its KubeFedCluster says why.',
        passing: true,
      };
    case 'unreachable':
      return {
        reason: 'ClusterUnreachable',
        message: `The cluster could not be asked: ${observed.message}.`,
        passing: true,
      };
    case 'absent':
      return {
        reason: 'NotFound',
        message: `There is no ${object} with the label kubefed.io/managed=true; place Federated${kind} ${spec.name} here.`,
        passing: false,
      };
    case 'present':
      return presentAbsence(spec, object, observed);
  }
}

function presentAbsence(
  spec: RecordSpec,
  object: string,
  observed: Extract<Observed, { state: 'present' }>,
): Absence | undefined {
  if (observed.addresses.length === 0) {
    return {
      reason: 'NoAddress',
      message: `${object} has no address in status.loadBalancer yet.`,
      passing: false,
    };
  }
  const needsEndpoint = spec.kind === 'service' && !spec.allowServiceWithoutEndpoints;
  if (!needsEndpoint || observed.hasReadyEndpoint) return undefined;
  return {
    reason: 'NoReadyEndpoints',
    message: `No pod behind ${object} is ready; allowServiceWithoutEndpoints would not ask for one.`,
    passing: true,
  };
}

/**
 * A drained cluster has no record set, however well it is. What it lacks for good (no Service, no address) is said
 * instead, where that is so.
 *
 * @param found what `absenceOf` said
 */
export function absenceWhenDrained(cluster: string, found: Absence | undefined): Absence {
  if (found !== undefined && !found.passing) return found;
  return {
    reason: 'Drained',
    message: `The cluster is drained; kubefed-eks uncordon ${cluster} brings its record set back.`,
    passing: true,
  };
}
