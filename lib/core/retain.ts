import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, listAt, objectAt, stringAt, valueAt } from '../model/json.ts';
import { isAutoscaled } from './autoscaled.ts';
import { type JsonPath, setAt } from './set-at.ts';

export interface RetainOptions {
  /** `spec.retainReplicas` of the federated object, as it is written */
  readonly retainReplicas: JsonValue | undefined;
}

export type RetainResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string };

type Retainer = (desired: JsonObject, live: JsonObject) => RetainResult;

const METADATA = ['resourceVersion', 'finalizers', 'annotations'] as const;
const SERVICE_FIELDS = ['healthCheckNodePort', 'clusterIP', 'clusterIPs'] as const;
const CLAIM_FIELDS = ['volumeName', 'storageClassName'] as const;
const JOB_LABELS = [
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
] as const;

const RETAINERS: ReadonlyMap<string, Retainer> = new Map([
  ['v1 Service', retainService],
  ['v1 ServiceAccount', retainServiceAccount],
  ['v1 PersistentVolumeClaim', retainClaim],
  ['batch/v1 Job', retainJob],
  ['apiextensions.k8s.io/v1 CustomResourceDefinition', retainConversion],
  ['admissionregistration.k8s.io/v1 MutatingWebhookConfiguration', retainWebhooks],
  ['admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration', retainWebhooks],
]);

/**
 * Takes over from the live object what its own cluster has put there, so that a full update does
 * not fight it. Comes before the overrides: those may still change any of it.
 *
 * | kind                     | field                                  | taken over                 |
 * |--------------------------|----------------------------------------|----------------------------|
 * | all                      | metadata: resourceVersion, finalizers, | always                     |
 * |                          | annotations                            |                            |
 * | Service                  | healthCheckNodePort, clusterIP(s)      | if set                     |
 * | Service                  | nodePort, from the port of equal name, | if set                     |
 * |                          | protocol and number                    |                            |
 * | Service                  | loadBalancerClass *                    | if the template's is unset |
 * | ServiceAccount           | secrets                                | if the template's is unset |
 * | PersistentVolumeClaim    | volumeName, storageClassName *         | if the template's is unset |
 * | Job                      | selector, labels of its controller *   | unless manualSelector      |
 * | CustomResourceDefinition | caBundle of the conversion webhook *   | if the template's is unset |
 * | …WebhookConfiguration    | caBundle of webhooks of equal name *   | if the template's is unset |
 * | any other                | replicas                               | if retainReplicas; if that |
 * |                          |                                        | is unset and an autoscaler |
 * |                          |                                        | has set them: always *     |
 *
 * @param live object of the same kind and name in the member
 * @returns a message when Service ports or retainReplicas are malformed
 * Source: KubeFed v0.10.0, field retention. Ours are the rows with *, that a port without protocol
 * is taken for TCP, and that a kind is told by its API version too.
 */
export function retainFields(
  desired: JsonObject,
  live: JsonObject,
  { retainReplicas }: RetainOptions,
): RetainResult {
  let retained = desired;
  for (const field of METADATA) {
    retained = setAt(retained, ['metadata', field], valueAt(live, 'metadata', field));
  }
  const retain = RETAINERS.get(`${stringAt(desired, 'apiVersion')} ${stringAt(desired, 'kind')}`);
  if (retain !== undefined) return retain(retained, live);

  if (retainReplicas !== undefined && typeof retainReplicas !== 'boolean') {
    return { ok: false, message: 'spec.retainReplicas must be true or false' };
  }
  if (!(retainReplicas ?? isAutoscaled(live))) return done(retained);
  const replicas = valueAt(live, 'spec', 'replicas');
  return done(replicas === undefined ? retained : setAt(retained, ['spec', 'replicas'], replicas));
}

function retainService(desired: JsonObject, live: JsonObject): RetainResult {
  let retained = desired;
  for (const field of SERVICE_FIELDS) retained = keep(retained, live, ['spec', field]);
  // The API server refuses the class for any other type, and to change it for this one.
  if (valueAt(desired, 'spec', 'type') === 'LoadBalancer') {
    retained = keepIfUnset(retained, live, ['spec', 'loadBalancerClass']);
  }
  const ports = valueAt(desired, 'spec', 'ports') ?? [];
  if (!Array.isArray(ports) || !ports.every(isJsonObject)) {
    return { ok: false, message: 'spec.ports of a Service must be a list of objects' };
  }
  const livePorts = listAt(live, 'spec', 'ports');
  if (livePorts.length === 0) return done(retained);
  const withNodePorts = ports.map((port) => {
    const livePort = livePorts.find((candidate) => isSamePort(candidate, port));
    return keep(port, livePort, ['nodePort']);
  });
  return done(setAt(retained, ['spec', 'ports'], withNodePorts));
}

function isSamePort(a: JsonValue, b: JsonValue): boolean {
  return (
    valueAt(a, 'port') === valueAt(b, 'port') &&
    (valueAt(a, 'name') ?? '') === (valueAt(b, 'name') ?? '') &&
    (valueAt(a, 'protocol') ?? 'TCP') === (valueAt(b, 'protocol') ?? 'TCP')
  );
}

function retainServiceAccount(desired: JsonObject, live: JsonObject): RetainResult {
  return done(keepIfUnset(desired, live, ['secrets']));
}

function retainClaim(desired: JsonObject, live: JsonObject): RetainResult {
  let retained = desired;
  for (const field of CLAIM_FIELDS) retained = keepIfUnset(retained, live, ['spec', field]);
  return done(retained);
}

function retainJob(desired: JsonObject, live: JsonObject): RetainResult {
  if (valueAt(desired, 'spec', 'manualSelector') === true) return done(desired);
  let retained = keep(desired, live, ['spec', 'selector']);
  for (const label of JOB_LABELS) {
    retained = keep(retained, live, ['spec', 'template', 'metadata', 'labels', label]);
  }
  return done(retained);
}

function retainConversion(desired: JsonObject, live: JsonObject): RetainResult {
  const clientConfig = ['spec', 'conversion', 'webhook', 'clientConfig'] as const;
  if (objectAt(desired, ...clientConfig) === undefined) return done(desired);
  return done(keepIfUnset(desired, live, [...clientConfig, 'caBundle']));
}

function retainWebhooks(desired: JsonObject, live: JsonObject): RetainResult {
  const liveWebhooks = new Map(listAt(live, 'webhooks').map((w) => [stringAt(w, 'name'), w]));
  const webhooks = listAt(desired, 'webhooks').map((webhook) =>
    isJsonObject(webhook)
      ? keepIfUnset(webhook, liveWebhooks.get(stringAt(webhook, 'name')), [
          'clientConfig',
          'caBundle',
        ])
      : webhook,
  );
  return done(webhooks.length === 0 ? desired : setAt(desired, ['webhooks'], webhooks));
}

/** Takes over the live value, unless it says nothing. */
function keep(desired: JsonObject, live: JsonValue | undefined, path: JsonPath): JsonObject {
  const value = valueAt(live, ...path);
  return isUnset(value) ? desired : setAt(desired, path, value);
}

function keepIfUnset(desired: JsonObject, live: JsonValue | undefined, path: JsonPath): JsonObject {
  return isUnset(valueAt(desired, ...path)) ? keep(desired, live, path) : desired;
}

function isUnset(value: JsonValue | undefined): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

function done(value: JsonObject): RetainResult {
  return { ok: true, value };
}
