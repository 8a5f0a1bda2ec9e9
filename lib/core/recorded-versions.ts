import type { JsonObject, JsonValue } from '../model/json.ts';
import { listAt, stringAt } from '../model/json.ts';
import { goJson } from './hash.ts';

/** Hashes of template and overrides; versions recorded under other ones say nothing. */
export interface PropagationHashes {
  readonly templateVersion: string;
  readonly overridesVersion: string;
}

export interface RecordInput extends PropagationHashes {
  /** status of the PropagatedVersion as it is stored; undefined when there is none */
  readonly current: JsonObject | undefined;
  readonly selected: readonly string[];
  /** versions of targets by cluster, as this pass left them */
  readonly written: ReadonlyMap<string, string>;
}

/**
 * @returns name of the PropagatedVersion beside a federated object (ClusterPropagatedVersion when
 * it is cluster-scoped)
 * Source: KubeFed v0.10.0
 */
export function propagatedVersionName(targetKind: string, name: string): string {
  return `${targetKind.toLowerCase()}-${name}`;
}

/**
 * @returns the version that a cluster's target had when it was last right; undefined when none is
 * recorded, or only under another template or other overrides
 * Source: KubeFed v0.10.0, PropagatedVersion
 */
export function recordedVersionFor(
  propagatedVersion: JsonObject | undefined,
  cluster: string,
  hashes: PropagationHashes,
): string | undefined {
  return recordedVersions(propagatedVersion?.['status'], hashes).get(cluster);
}

/**
 * Works out what the PropagatedVersion should say after a pass: versions of this pass, and of
 * selected clusters that it did not touch the old ones, if template and overrides are the same.
 *
 * @returns the whole status, `clusterVersions` sorted by cluster and maybe empty; and whether it
 * says anything that the stored one does not
 * Source: KubeFed v0.10.0, PropagatedVersion
 */
export function nextRecordedVersions(input: RecordInput): {
  readonly changed: boolean;
  readonly status: JsonObject;
} {
  const { current, templateVersion, overridesVersion, selected, written } = input;
  const recorded = recordedVersions(current, input);
  const clusterVersions: JsonObject[] = [];
  for (const clusterName of [...new Set(selected)].sort()) {
    const version = written.get(clusterName) ?? recorded.get(clusterName);
    if (version) clusterVersions.push({ clusterName, version });
  }
  const status = { templateVersion, overridesVersion, clusterVersions };
  const stored = { ...current, clusterVersions: listAt(current, 'clusterVersions') };
  return { changed: goJson(stored) !== goJson(status), status };
}

function recordedVersions(
  status: JsonValue | undefined,
  hashes: PropagationHashes,
): ReadonlyMap<string, string> {
  const isCurrent =
    stringAt(status, 'templateVersion') === hashes.templateVersion &&
    stringAt(status, 'overridesVersion') === hashes.overridesVersion;
  const versions = new Map<string, string>();
  for (const entry of isCurrent ? listAt(status, 'clusterVersions') : []) {
    const clusterName = stringAt(entry, 'clusterName');
    const version = stringAt(entry, 'version');
    if (clusterName && version) versions.set(clusterName, version);
  }
  return versions;
}
