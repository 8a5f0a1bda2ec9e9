import { DNS_ENDPOINTS, RECORDS, type RecordKind } from '../../model/dns-record.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { apiFailure, type Side } from '../connect/side.ts';

/** What the host has of DNS. */
export interface DnsFacts {
  readonly records: Readonly<Record<RecordKind, readonly JsonObject[]>>;
  readonly endpoints: readonly JsonObject[];
}

/**
 * Three calls on the host, whatever there is.
 *
 * @param namespace absent: all
 * @throws CommandError
 */
export async function readDns(host: Side, namespace: string | undefined): Promise<DnsFacts> {
  const [service, ingress, endpoints] = await Promise.all([
    listIn(host, RECORDS.service, namespace),
    listIn(host, RECORDS.ingress, namespace),
    listIn(host, DNS_ENDPOINTS, namespace),
  ]);
  return { records: { service, ingress }, endpoints };
}

async function listIn(host: Side, resource: Resource, namespace: string | undefined) {
  const found = await host.cluster.list(resource, namespace === undefined ? {} : { namespace });
  if (found.ok) return found.value.items;
  const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
  throw apiFailure(host, `list ${resource.plural} in ${where}`, found.error);
}
