import { stringAt } from '../../model/json.ts';
import { ORPHAN_ANNOTATION } from '../../model/names.ts';
import { objectKey, qualifiedName, type Resource } from '../../model/resource.ts';
import { CommandError } from '../command-error.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import { qualifiedType } from './discovery.ts';

/**
 * Says, or asks, whether the copies in the members outlive a federated object. Twice the same changes nothing.
 *
 * @returns `Enabled` or `Disabled` for `status`, else undefined
 * @throws CommandError ObjectNotFound
 * Source: KubeFed v0.10.0, kubefedctl orphaning-deletion
 */
export async function orphanDeletion(
  host: Side,
  action: 'enable' | 'disable' | 'status',
  about: {
    readonly resource: Resource;
    /** the namespace is not used for a cluster-scoped type */
    readonly key: { readonly namespace: string; readonly name: string };
    readonly warn: (text: string) => void;
  },
): Promise<string | undefined> {
  const { resource, warn } = about;
  const { namespace, name } = about.key;
  const key = objectKey(resource.namespaced ? namespace : undefined, name);
  if (!resource.kind.startsWith('Federated')) {
    warn(`${qualifiedType(resource)} might not be a federated resource`);
  }
  const found = await host.cluster.get(resource, key);
  if (!found.ok) {
    if (found.error.kind !== 'NotFound') {
      throw apiFailure(host, `read ${resource.kind} ${qualifiedName(key)}`, found.error);
    }
    throw new CommandError(
      'ObjectNotFound',
      `Failed to retrieve resource: "${qualifiedName(key)}": ${found.error.message}`,
      [`kubectl get ${resource.plural} --all-namespaces`, 'another namespace with --namespace'],
    );
  }
  const isOn = stringAt(found.value, 'metadata', 'annotations', ORPHAN_ANNOTATION) === 'true';
  if (action === 'status') return isOn ? 'Enabled' : 'Disabled';
  const wanted = action === 'enable';
  if (isOn === wanted) return undefined;
  const annotations = { [ORPHAN_ANNOTATION]: wanted ? 'true' : null };
  const done = await host.cluster.patch(resource, key, { metadata: { annotations } });
  if (!done.ok)
    throw apiFailure(host, `annotate ${resource.kind} ${qualifiedName(key)}`, done.error);
  return undefined;
}
