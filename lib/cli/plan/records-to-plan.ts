import {
  DOMAINS,
  RECORD_KINDS,
  RECORDS,
  type RecordKind,
  readRecordSpec,
} from '../../model/dns-record.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import { INGRESSES, KUBEFED_CLUSTERS, SERVICES } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import type { PlannedObject } from './plan-report.ts';
import type { StagedObject } from './stage-files.ts';
import { keyOf } from './staged-host.ts';

export interface RecordToPlan {
  readonly kind: RecordKind;
  readonly key: Required<ObjectKey>;
  /** whether it stands in the files; what does not is worth telling only when it changes */
  readonly isInFiles: boolean;
}

interface Subject {
  /** the host with the files applied */
  readonly host: Cluster;
  readonly note: (text: string) => void;
  readonly inFiles: readonly StagedObject[];
  readonly planned: readonly PlannedObject[];
  readonly types: Iterable<FederatedType>;
}

/**
 * Which records the files bear on: those in them, those of a Domain that changes, those of a Service or Ingress that
 * changes in a member (whether there is one is not known yet), and all of them when a KubeFedCluster changes.
 *
 * @returns each once, those of the files first; in the order in which they were found
 */
export async function recordsToPlan(subject: Subject): Promise<RecordToPlan[]> {
  const found = [
    ...ofFiles(subject.inFiles),
    ...ofTargets(subject.planned, [...subject.types]),
    ...(await ofDomainsAndClusters(subject)),
  ];
  const byId = new Map<string, RecordToPlan>();
  for (const each of found) {
    const id = `${each.kind} ${each.key.namespace}/${each.key.name}`;
    if (!byId.has(id)) byId.set(id, each);
  }
  return [...byId.values()];
}

function ofFiles(inFiles: readonly StagedObject[]): RecordToPlan[] {
  return inFiles.flatMap(({ resource, object }) => {
    const kind = RECORD_KINDS.find((each) => RECORDS[each] === resource);
    return kind === undefined ? [] : recordAt(kind, keyOf(object), true);
  });
}

function ofTargets(
  planned: readonly PlannedObject[],
  types: readonly FederatedType[],
): RecordToPlan[] {
  const changing = planned.filter(({ members }) =>
    members.some(({ action }) => action !== 'nothing'),
  );
  return changing.flatMap((object) => {
    const type = types.find(({ federated }) => federated.kind === object.kind);
    const kind = type === undefined ? undefined : recordKindOf(type.target);
    return kind === undefined ? [] : recordAt(kind, object, false);
  });
}

function recordKindOf({ group, plural }: Resource): RecordKind | undefined {
  const is = (resource: Resource) => resource.group === group && resource.plural === plural;
  if (is(SERVICES)) return 'service';
  return is(INGRESSES) ? 'ingress' : undefined;
}

async function ofDomainsAndClusters({ host, note, inFiles }: Subject): Promise<RecordToPlan[]> {
  const changed = inFiles.filter((one) => one.host.action !== 'nothing');
  const domains = new Set(
    changed.filter(({ resource }) => resource === DOMAINS).map(({ object }) => keyOf(object).name),
  );
  const isEvery = changed.some(({ resource }) => resource === KUBEFED_CLUSTERS);
  const kinds = isEvery ? RECORD_KINDS : domains.size > 0 ? (['service'] as const) : [];
  const listed = await Promise.all(
    kinds.map(async (kind) => {
      const found = await host.list(RECORDS[kind]);
      if (!found.ok) note(`records are not planned: ${found.error.message}`);
      const items = found.ok ? found.value.items : [];
      return items
        .filter((item) => isEvery || domains.has(readRecordSpec(kind, item).domainRef))
        .flatMap((item) => recordAt(kind, keyOf(item), false));
    }),
  );
  return listed.flat();
}

function recordAt(
  kind: RecordKind,
  { namespace, name }: ObjectKey,
  isInFiles: boolean,
): RecordToPlan[] {
  return namespace === undefined ? [] : [{ kind, key: { namespace, name }, isInFiles }];
}
