import { type JsonObject, stringAt } from '../model/json.ts';
import { PAUSED_ANNOTATION } from '../model/names.ts';

/** @returns whether somebody holds the writes of this object, or those to this cluster, back */
export function isPaused(object: JsonObject | undefined): boolean {
  return stringAt(object, 'metadata', 'annotations', PAUSED_ANNOTATION) === 'true';
}

/**
 * @param federatedNamespace of the namespace that the object lies in; absent for one that lies in none, or has none
 * @returns why members are not written to, and what ends it; undefined when they are
 */
export function pauseMessage(
  federated: JsonObject | undefined,
  federatedNamespace: JsonObject | undefined,
): string | undefined {
  if (isPaused(federated)) return remedy('the object');
  if (!isPaused(federatedNamespace)) return undefined;
  const name = stringAt(federatedNamespace, 'metadata', 'name') ?? '';
  return remedy(`the FederatedNamespace ${name}`);
}

/** @returns the same for a KubeFedCluster */
export function clusterPauseMessage(kubeFedCluster: JsonObject | undefined): string | undefined {
  if (!isPaused(kubeFedCluster)) return undefined;
  return remedy(`the KubeFedCluster ${stringAt(kubeFedCluster, 'metadata', 'name') ?? ''}`);
}

function remedy(what: string): string {
  return `not written to: ${what} has the annotation ${PAUSED_ANNOTATION}: "true"; take it off to go on`;
}
