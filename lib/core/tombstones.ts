import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Job } from '../model/messages.ts';
import { TOMBSTONES_LABEL } from '../model/names.ts';
import { textHash } from './hash.ts';

/** A delete that a member has still to hear of. It names the object and holds nothing of it. */
export interface Tombstone {
  /** name of the FederatedTypeConfig */
  readonly type: string;
  /** absent for cluster-scoped federated objects */
  readonly namespace?: string;
  readonly name: string;
  /** uid of the federated object that was deleted; one of that name made later is another */
  readonly uid: string;
  readonly action: 'remove' | 'release';
  /** JSON of metav1.DeleteOptions */
  readonly deleteOptions?: string;
}

type Subject = Pick<Tombstone, 'type' | 'namespace' | 'name'>;

/**
 * A ConfigMap holds 1 MiB: some 4,000 tombstones. Spread over 16 they are enough for any member, and each stays small
 * to write.
 */
export const TOMBSTONE_SHARDS = '0123456789abcdef';

/**
 * @returns name of the ConfigMap with the tombstones of a member for this object. It is made of the uid of the
 *   KubeFedCluster: another cluster that joins under the name of an old one inherits nothing.
 */
export function tombstonesName(kubeFedCluster: JsonObject, subject: Subject): string {
  const uid = stringAt(kubeFedCluster, 'metadata', 'uid') ?? '';
  return `kubefed-eks-tombstones-${uid}-${subjectHash(subject)[0]}`;
}

/** @returns key in the data of the ConfigMap: the object, and which of those that bore its name */
export function tombstoneKey(tombstone: Subject & Pick<Tombstone, 'uid'>): string {
  return `${subjectHash(tombstone)}.${tombstone.uid}`;
}

function subjectHash({ type, namespace = '', name }: Subject): string {
  return textHash(`${type}/${namespace}/${name}`).slice(0, 16);
}

/** @returns the patch that adds one tombstone */
export function tombstonePatch(tombstone: Tombstone): JsonObject {
  const { type, namespace, name, action, deleteOptions, uid } = tombstone;
  const value = { type, namespace, name, action, deleteOptions, uid };
  return { data: { [tombstoneKey(tombstone)]: JSON.stringify(value) } };
}

/** @returns the ConfigMap with its first tombstone; it goes when the cluster is unjoined */
export function tombstonesConfigMap(
  kubeFedCluster: JsonObject,
  tombstone: Tombstone,
  namespace: string,
): JsonObject {
  const owner = {
    apiVersion: stringAt(kubeFedCluster, 'apiVersion') ?? 'core.kubefed.io/v1beta1',
    kind: 'KubeFedCluster',
    name: stringAt(kubeFedCluster, 'metadata', 'name') ?? '',
    uid: stringAt(kubeFedCluster, 'metadata', 'uid') ?? '',
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: tombstonesName(kubeFedCluster, tombstone),
      namespace,
      labels: { [TOMBSTONES_LABEL]: 'true' },
      ownerReferences: [owner],
    },
    ...tombstonePatch(tombstone),
  };
}

/** @returns what can be read of a ConfigMap; entries that somebody has spoilt are left out */
export function readTombstones(configMap: JsonObject | undefined): Tombstone[] {
  return Object.values(objectAt(configMap, 'data') ?? {}).flatMap((text) => {
    const tombstone = typeof text === 'string' ? parse(text) : undefined;
    return tombstone === undefined ? [] : [tombstone];
  });
}

/** @returns uid of the KubeFedCluster that a ConfigMap belongs to */
export function tombstonesOwner(configMap: JsonObject): string | undefined {
  const [owner] = listAt(configMap, 'metadata', 'ownerReferences');
  return stringAt(owner, 'uid');
}

/** @returns those of this object, whichever of that name it was */
export function tombstonesOf(tombstones: readonly Tombstone[], subject: Subject): Tombstone[] {
  const { type, namespace, name } = subject;
  return tombstones.filter(
    (one) => one.type === type && one.namespace === namespace && one.name === name,
  );
}

/** @returns what is to be done in the member; where several of that name were deleted, one that removes counts */
export function actionOf(tombstones: readonly Tombstone[]): Pick<Job, 'action' | 'deleteOptions'> {
  const found = tombstones.find(({ action }) => action === 'remove') ?? tombstones[0];
  const { action = 'release', deleteOptions } = found ?? {};
  return { action, ...(deleteOptions === undefined ? {} : { deleteOptions }) };
}

function parse(text: string): Tombstone | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { type, namespace, name, uid, action, deleteOptions } = value;
  if (typeof type !== 'string' || typeof name !== 'string' || typeof uid !== 'string') {
    return undefined;
  }
  return {
    ...{ type, name, uid },
    action: action === 'release' ? 'release' : 'remove',
    ...(typeof namespace === 'string' ? { namespace } : {}),
    ...(typeof deleteOptions === 'string' ? { deleteOptions } : {}),
  };
}
