import type { JsonObject } from '../model/json.ts';
import { stringAt, stringMapAt, valueAt } from '../model/json.ts';
import { goJson } from './hash.ts';

/**
 * The version of a live object as it is recorded: `gen:<generation>`, which only edits of the spec
 * move, or `rv:<resourceVersion>` for kinds without a generation (ConfigMap, Secret, Service …).
 *
 * Source: KubeFed v0.10.0, PropagatedVersion `clusterVersions[].version`
 */
export function objectVersion(live: JsonObject): string {
  const generation = valueAt(live, 'metadata', 'generation');
  if (typeof generation === 'number' && generation !== 0) return `gen:${generation}`;
  return `rv:${stringAt(live, 'metadata', 'resourceVersion') ?? ''}`;
}

/**
 * Decides whether a member is to be written to.
 *
 * | recorded       | live version | name, namespace, labels, annotations | update |
 * |----------------|--------------|--------------------------------------|--------|
 * | none           | any          | any                                  | yes    |
 * | another        | any          | any                                  | yes    |
 * | the live one   | gen:…        | differ                               | yes    |
 * | the live one   | gen:…        | equal                                | no     |
 * | the live one   | rv:…         | any: an edit would have moved it     | no     |
 *
 * @param recorded version recorded under the current hashes; undefined when there is none
 * Source: KubeFed v0.10.0, comparison with the recorded version
 */
export function needsUpdate(
  desired: JsonObject,
  live: JsonObject,
  recorded: string | undefined,
): boolean {
  const version = objectVersion(live);
  if (recorded !== version) return true;
  return version.startsWith('gen:') && metadataDiffers(desired, live);
}

/** @returns whether names, labels or annotations differ; empty and absent maps are equal */
export function metadataDiffers(desired: JsonObject, live: JsonObject): boolean {
  const text = (object: JsonObject): string =>
    goJson([
      stringAt(object, 'metadata', 'name') ?? '',
      stringAt(object, 'metadata', 'namespace') ?? '',
      stringMapAt(object, 'metadata', 'labels'),
      stringMapAt(object, 'metadata', 'annotations'),
    ]);
  return text(desired) !== text(live);
}
