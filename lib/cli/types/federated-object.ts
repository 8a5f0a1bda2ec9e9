import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { apiVersionOf, type Resource } from '../../model/resource.ts';

/**
 * Makes the federated object of a plain one: what its owner wrote becomes the template, and it goes to all clusters.
 *
 * Left out of the template: apiVersion, kind, status, all metadata but labels, and what a cluster gave it: finalizers of
 * a Namespace, secrets of a ServiceAccount, addresses and node ports of a Service.
 *
 * Source: KubeFed v0.10.0, kubefedctl federate
 */
export function federatedObject(target: JsonObject, federated: Resource): JsonObject {
  const { apiVersion, kind, status: _status, metadata: _metadata, ...rest } = target;
  const labels = objectAt(target, 'metadata', 'labels');
  const template: JsonObject = {
    ...withoutClusterFields(rest, `${apiVersion}/${kind}`),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { metadata: { labels } }),
  };
  const name = stringAt(target, 'metadata', 'name') ?? '';
  const isNamespace = apiVersion === 'v1' && kind === 'Namespace';
  const namespace = isNamespace ? name : stringAt(target, 'metadata', 'namespace');
  return {
    apiVersion: apiVersionOf(federated),
    kind: federated.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: { placement: { clusterSelector: { matchLabels: {} } }, template },
  };
}

function withoutClusterFields(object: JsonObject, type: string): JsonObject {
  if (type === 'v1/ServiceAccount') {
    const { secrets: _secrets, ...rest } = object;
    return rest;
  }
  const spec = objectAt(object, 'spec');
  if (spec === undefined) return object;
  if (type === 'v1/Namespace') {
    const { finalizers: _finalizers, ...rest } = spec;
    return { ...object, spec: rest };
  }
  return type === 'v1/Service' ? { ...object, spec: withoutAddresses(spec) } : object;
}

function withoutAddresses(service: JsonObject): JsonObject {
  const { clusterIP: _ip, clusterIPs: _ips, ...spec } = service;
  if (spec['ports'] === undefined) return spec;
  const ports = listAt(spec, 'ports').map((port) => {
    if (!isJsonObject(port)) return port;
    const { nodePort: _nodePort, ...rest } = port;
    return rest;
  });
  return { ...spec, ports };
}
