import type { JsonObject } from '../model/json.ts';
import { objectAt, valueAt } from '../model/json.ts';
import { MANAGED_LABEL } from '../model/names.ts';
import type { PropagationCode } from '../model/propagation.ts';
import type { Resource } from '../model/resource.ts';
import type { Labels } from './label-selector.ts';
import { applyOverrides, operationsFor, readOverrides } from './overrides.ts';
import { retainFields } from './retain.ts';
import { setAt } from './set-at.ts';
import { renderTemplate, type TemplateWarning } from './template.ts';

export interface DesiredInput {
  readonly federated: JsonObject;
  readonly target: Resource;
  /** the member cluster whose overrides apply */
  readonly cluster: { readonly name: string; readonly labels: Labels };
  /** the object as it is in the member; absent for one that is to be created */
  readonly live?: JsonObject;
}

export type DesiredResult =
  | {
      readonly ok: true;
      readonly object: JsonObject;
      readonly warnings: readonly TemplateWarning[];
    }
  | { readonly ok: false; readonly code: PropagationCode; readonly message: string };

/**
 * Builds the object that a member should have, in an order that is part of the contract: template,
 * fields retained from the live object, overrides (which may thus change retained fields), and the
 * managed label last, so that neither template nor overrides can take it off.
 *
 * Source: KubeFed v0.10.0, creation and update in a member
 */
export function buildDesired({ federated, target, cluster, live }: DesiredInput): DesiredResult {
  const rendered = renderTemplate(federated, target);
  if (!rendered.ok) return { ...rendered, code: 'ComputeResourceFailed' };

  const retainReplicas = valueAt(federated, 'spec', 'retainReplicas');
  const retained =
    live === undefined
      ? ({ ok: true, value: rendered.object } as const)
      : retainFields(rendered.object, live, { retainReplicas });
  if (!retained.ok) return { ...retained, code: 'FieldRetentionFailed' };

  const overrides = readOverrides(objectAt(federated, 'spec'));
  if (!overrides.ok) return { ...overrides, code: 'ApplyOverridesFailed' };
  const overridden = applyOverrides(retained.value, operationsFor(overrides, cluster));
  if (!overridden.ok) return { ...overridden, code: 'ApplyOverridesFailed' };

  const object = setAt(overridden.value, ['metadata', 'labels', MANAGED_LABEL], 'true');
  return { ok: true, object, warnings: rendered.warnings };
}
