import type { JsonObject } from '../model/json.ts';
import { stringAt } from '../model/json.ts';
import { REDRIVE_ANNOTATION } from '../model/names.ts';
import { type ObjectKey, qualifiedName } from '../model/resource.ts';
import { goJson, textHash } from './hash.ts';
import { setAt } from './set-at.ts';
import { objectVersion } from './version.ts';

/** What an API server has against one field. */
export interface FieldCause {
  /** e.g. `spec.selector`; empty for the object as a whole */
  readonly field: string;
  readonly message: string;
}

const SAYS_IMMUTABLE =
  /immutable|(may|can) ?not be (changed|updated|modified|unset)|(may|can) ?not change|updates? .*(is|are) forbidden/i;

/** What a person should know before deleting the object. */
const AT_STAKE: Readonly<Record<string, string>> = {
  CustomResourceDefinition: '; all objects of its type are deleted with it',
  Namespace: '; all that it contains is deleted with it',
  PersistentVolumeClaim: '; the data of its volume may be lost with it',
  StatefulSet: '; kubectl delete --cascade=orphan keeps its Pods',
};

/**
 * Words the refusal of an update that can never succeed, because it changes what can only be given at creation.
 *
 * @param causes as the API server listed them
 * @returns a sentence that names the fields and the remedies; it quotes no values, which may be long or secret;
 *   undefined when no cause speaks of an immutable field
 * Source: Kubernetes 1.34, validation of updates: causes of a Status with code 422
 */
export function immutableMessage(
  causes: readonly FieldCause[],
  of: { readonly kind: string; readonly key: ObjectKey; readonly cluster: string },
): string | undefined {
  const fixed = causes
    .map(({ field, message }) => ({ field, detail: detailOf(message) }))
    .filter(({ detail }) => SAYS_IMMUTABLE.test(detail));
  const [first] = fixed;
  if (first === undefined) return undefined;
  const fields = [...new Set(fixed.map(({ field }) => field))].join(', ');
  const { kind, key, cluster } = of;
  const object = `${kind} "${qualifiedName(key)}" in cluster ${cluster}`;
  const remedy = `undo the edit, or delete ${object} to have it made anew${AT_STAKE[kind] ?? ''}`;
  return `${fields} cannot be changed (${first.detail}): ${remedy}`;
}

/** @returns what stands behind the quoted value and before the difference that some kinds append */
function detailOf(message: string): string {
  const [line = ''] = message.split('\n');
  return line.slice(line.lastIndexOf(': ') + 1).trim();
}

/**
 * @param desired what is to be written
 * @param live what the member has
 * @returns 16 hexadecimal digits that stay the same as long as the same write would meet the same object; another value
 *   of the annotation `kubefed.io/redrive` makes them others too
 */
export function updateFingerprint(
  federated: JsonObject,
  desired: JsonObject,
  live: JsonObject,
): string {
  const redrive = stringAt(federated, 'metadata', 'annotations', REDRIVE_ANNOTATION) ?? '';
  const written = setAt(desired, ['metadata', 'resourceVersion'], undefined);
  return textHash(goJson([redrive, objectVersion(live), written])).slice(0, 16);
}
