import type { JsonObject } from '../model/json.ts';
import { isJsonObject, stringAt, valueAt } from '../model/json.ts';
import { apiVersionOf, type Resource } from '../model/resource.ts';

/** Something that the user should hear of as an event; the object is propagated all the same. */
export interface TemplateWarning {
  readonly reason: 'AnnotationsNotSupported' | 'FinalizersNotSupported';
  readonly message: string;
}

export type RenderedTemplate =
  | {
      readonly ok: true;
      readonly object: JsonObject;
      readonly warnings: readonly TemplateWarning[];
    }
  | { readonly ok: false; readonly message: string };

const BY_OVERRIDE_ONLY = [
  { field: 'annotations', reason: 'AnnotationsNotSupported' },
  { field: 'finalizers', reason: 'FinalizersNotSupported' },
] as const;

/** The object's own key, what only overrides may set, and what only an API server may set. */
const NOT_FROM_TEMPLATE: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'generateName',
  'annotations',
  'finalizers',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/**
 * Makes the plain object of a federated object, before retention and overrides.
 *
 * Name, namespace and kind are given; `apiVersion` is the template's own or else that of the target
 * type; all other fields, known or not, pass unchanged. No template gives an object of metadata
 * alone. The result shares parts with `federated`.
 *
 * @returns a message when template or its metadata is not an object
 * Source: KubeFed v0.10.0, object for cluster; the server's own metadata pass there (and a pasted
 * `resourceVersion` makes every creation fail), here they do not
 */
export function renderTemplate(federated: JsonObject, target: Resource): RenderedTemplate {
  const template = valueAt(federated, 'spec', 'template') ?? {};
  if (!isJsonObject(template)) return { ok: false, message: 'spec.template must be an object' };
  const metadata = template['metadata'] ?? {};
  if (!isJsonObject(metadata)) {
    return { ok: false, message: 'spec.template.metadata must be an object' };
  }

  const kept = Object.entries(metadata).filter(([field]) => !NOT_FROM_TEMPLATE.has(field));
  const key = {
    name: valueAt(federated, 'metadata', 'name'),
    ...(target.namespaced ? { namespace: valueAt(federated, 'metadata', 'namespace') } : {}),
  };
  const object = {
    ...template,
    apiVersion: stringAt(template, 'apiVersion') || apiVersionOf(target),
    kind: target.kind,
    metadata: { ...Object.fromEntries(kept), ...key },
  };
  return { ok: true, object, warnings: warningsOf(metadata) };
}

function warningsOf(metadata: JsonObject): TemplateWarning[] {
  const given = BY_OVERRIDE_ONLY.filter(
    ({ field }) => Object.keys(metadata[field] ?? {}).length > 0,
  );
  return given.map(({ field, reason }) => ({
    reason,
    message: `metadata.${field} cannot be set via template; use an override at /metadata/${field}`,
  }));
}
