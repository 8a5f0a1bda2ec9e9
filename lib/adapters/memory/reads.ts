import { type JsonObject, stringAt, stringMapAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ApiResult, ListOptions } from '../../ports.ts';
import { copyObject } from './json-copy.ts';
import { isCustom } from './kind-rules.ts';
import { type LabelMatcher, parseLabelSelector } from './label-selector.ts';
import { type Refusal, refuse } from './refusals.ts';
import { metadataOf, type Store } from './store.ts';

/** @returns copies, sorted by namespace and name; like a real server's, items of its own kinds do not tell their kind */
export function listObjects(
  store: Store,
  resource: Resource,
  options: ListOptions,
): ApiResult<{ items: JsonObject[]; resourceVersion: string }> {
  const matcher = matcherOf(options);
  if (!matcher.ok) return matcher;
  const found = store.all(resource, options.namespace).filter(selects(matcher.value, options));
  const items = found.map((object) => {
    if (options.metadataOnly) return metadataOnly(object);
    if (isCustom(resource)) return copyObject(object);
    const { apiVersion: _, kind: __, ...item } = copyObject(object);
    return item;
  });
  return { ok: true, value: { items, resourceVersion: String(store.resourceVersion()) } };
}

/** @returns a copy reduced to names, labels and versions */
export function metadataOnly(object: JsonObject): JsonObject {
  const metadata = copyObject(metadataOf(object));
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

export function matcherOf(options: ListOptions): { ok: true; value: LabelMatcher } | Refusal {
  const selector = options.labelSelector ?? '';
  const value = parseLabelSelector(selector);
  return value === undefined
    ? refuse('Invalid', `unable to parse requirement: ${selector}`, 400)
    : { ok: true, value };
}

/** @returns whether an object is one of those asked for */
export function selects(matches: LabelMatcher, { namespace }: ListOptions) {
  return (object: JsonObject): boolean =>
    (namespace === undefined || stringAt(object, 'metadata', 'namespace') === namespace) &&
    matches(stringMapAt(object, 'metadata', 'labels'));
}
