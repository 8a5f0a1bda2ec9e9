import { collectsStatus } from '../../core/target-status.ts';
import type { JsonObject } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { DriftDetector } from './drift.ts';
import type { Connected } from './member-connections.ts';
import type { Source } from './sources.ts';
import type { StatusChanges } from './status-changes.ts';

interface Targets {
  readonly gates: Readonly<Record<string, boolean>>;
  readonly types: readonly FederatedType[];
  /** where only one is federated */
  readonly inNamespace: { readonly namespace?: string };
}

/** Who is told what a member shows of targets. */
interface Listeners {
  readonly drifts: DriftDetector;
  readonly statuses: StatusChanges;
  /** is told of a type whose targets in a cluster may have changed or vanished before anybody watched */
  readonly onListed: (type: FederatedType, cluster: string) => void;
}

/** @returns the watches of one member: the targets of every type, if they carry our label */
export function memberSources(
  { name, cluster }: Connected,
  { types, gates, inNamespace }: Targets,
  { drifts, statuses, onListed }: Listeners,
): Source[] {
  return types.map((type) => {
    const isCollected = collectsStatus(gates, type);
    const take = (target: JsonObject, deleted: boolean): void => {
      drifts.observe(type, name, target, deleted);
      if (isCollected) statuses.observe({ type, cluster: name, target, deleted });
    };
    return {
      clusterName: name,
      cluster,
      resource: type.target,
      // What is not needed is not sent; and who has not seen statuses so far has to list them.
      ...(isCollected ? { purpose: 'status' } : {}),
      options: {
        labelSelector: `${MANAGED_LABEL}=true`,
        metadataOnly: !isCollected,
        ...inNamespace,
      },
      onEvent: ({ object, type: event }) => take(object, event === 'DELETED'),
      onList: (items) => {
        for (const object of items) take(object, false);
        onListed(type, name);
      },
    };
  });
}
