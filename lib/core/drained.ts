import { type JsonObject, stringAt } from '../model/json.ts';
import { CORDONED_ANNOTATION, DRAINED_ANNOTATION } from '../model/names.ts';

/** @returns whether a KubeFedCluster is to give its replicas away, and to have no DNS record sets */
export function isDrained(kubeFedCluster: JsonObject): boolean {
  return isAnnotated(kubeFedCluster, DRAINED_ANNOTATION);
}

/** @returns whether a KubeFedCluster takes no more replicas by its own annotation; a drained one takes none either way */
export function isCordoned(kubeFedCluster: JsonObject): boolean {
  return isAnnotated(kubeFedCluster, CORDONED_ANNOTATION);
}

function isAnnotated(object: JsonObject, name: string): boolean {
  return stringAt(object, 'metadata', 'annotations', name) === 'true';
}
