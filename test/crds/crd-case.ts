import type { JsonObject } from '../../lib/model/json.ts';

/**
 * One object, and whether an API server that has our CRDs takes it. To play a case: create `object` in its
 * namespace, which must exist; if there is a `change`, send that as a JSON merge patch; then delete the object.
 */
export interface CrdCase {
  readonly name: string;
  readonly object: JsonObject;
  /** A second write, after `object` was accepted; `valid`, `message` and `stored` then speak of this one. */
  readonly change?: JsonObject;
  /** Where `change` is written; absent for the object itself. */
  readonly subresource?: 'status';
  readonly valid: boolean;
  /** Part of what the refusal says; set exactly when `valid` is false. */
  readonly message?: string;
  /** Part of the object that the server answers with: defaults filled in, nothing of ours pruned. */
  readonly stored?: JsonObject;
}

/** Where the objects of the cases live, other than those that bring a namespace of their own. */
export const CASE_NAMESPACE = 'crd-cases';
