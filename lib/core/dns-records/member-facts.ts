import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import { goJson } from '../hash.ts';

/** @returns whether a Service or Ingress in a member was put there by the federation */
export function isManaged(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'labels', MANAGED_LABEL) === 'true';
}

/** @returns the load balancer's entries that lead anywhere, as they are, sorted by ip, then by host name */
export function loadBalancerAddresses(object: JsonObject): JsonObject[] {
  const entries = listAt(object, 'status', 'loadBalancer', 'ingress').filter(isJsonObject);
  const orderOf = (entry: JsonObject) =>
    [stringAt(entry, 'ip'), stringAt(entry, 'hostname'), goJson(entry)].join('\n');
  return entries
    .filter((entry) => stringAt(entry, 'ip') || stringAt(entry, 'hostname'))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/**
 * @returns whether an EndpointSlice has an endpoint that takes traffic; one that says nothing about being ready does
 * Source: Kubernetes 1.34, EndpointConditions
 */
export function isReadySlice(slice: JsonObject): boolean {
  return listAt(slice, 'endpoints').some(
    (endpoint) =>
      listAt(endpoint, 'addresses').length > 0 &&
      valueAt(endpoint, 'conditions', 'ready') !== false,
  );
}
