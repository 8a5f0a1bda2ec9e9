import { MANAGED_LABEL } from '../../model/names.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { DriftDetector } from './drift.ts';
import type { Connected } from './member-connections.ts';
import type { Source } from './sources.ts';

interface Targets {
  readonly types: readonly FederatedType[];
  /** where only one is federated */
  readonly inNamespace: { readonly namespace?: string };
}

/**
 * @param onListed is told of a type whose targets may have changed or vanished before anybody watched
 * @returns the watches of one member: the targets of every type, if they carry our label
 */
export function memberSources(
  { name, cluster }: Connected,
  { types, inNamespace }: Targets,
  drifts: DriftDetector,
  onListed: (type: FederatedType) => void,
): Source[] {
  return types.map((type) => ({
    clusterName: name,
    cluster,
    resource: type.target,
    options: { labelSelector: `${MANAGED_LABEL}=true`, metadataOnly: true, ...inNamespace },
    onEvent: ({ object, type: event }) => drifts.observe(type, name, object, event === 'DELETED'),
    onList: (items) => {
      for (const object of items) drifts.observe(type, name, object, false);
      onListed(type);
    },
  }));
}
