import { type JsonObject, listAt, stringMapAt } from '../../model/json.ts';
import type { PlanFacts } from '../../model/messages.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster, LoadBalancers, Members } from '../../ports.ts';
import { type Federation, federationReader } from '../../stages/federation.ts';
import { fieldPathText } from './field-path.ts';
import type { Finding } from './finding.ts';
import { locateMessage } from './locate-message.ts';
import { planRecords } from './plan-records.ts';
import { type PlannedObject, type PlanReport, summaryOf } from './plan-report.ts';
import type { LocatedObject, ReadFiles } from './read-files.ts';
import { openRehearsal, type Rehearsal, type Rehearsed } from './rehearse.ts';
import { openRecordRehearsal } from './rehearse-record.ts';
import { rehearsedMembers } from './rehearsed-members.ts';
import { type StagedObject, stageFiles } from './stage-files.ts';
import { keyOf, stagedHost } from './staged-host.ts';

export interface PlanPorts {
  readonly host: Cluster;
  readonly members: Members;
  /** as the caller may look them up */
  readonly loadBalancers: LoadBalancers;
  /** host and members, where every write is a dry run; absent: no server is asked */
  readonly dryRun?: { readonly host: Cluster; readonly members: Members };
  readonly clock: Clock;
  readonly kubefedNamespace: string;
  /** for objects that name none */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Says what would happen in every member if the files were applied to the host. Writes nothing. */
export async function makePlan(ports: PlanPorts, files: ReadFiles): Promise<PlanReport> {
  const findings = [...files.findings];
  const notes = new Set<string>();
  const note = (text: string) => void notes.add(text);
  const staged = stagedHost(ports.host);
  const readFederation = (): Promise<Federation> =>
    federationReader(staged.cluster, ports.kubefedNamespace, ports.clock).at(undefined);
  const { host, clock, kubefedNamespace, namespace, dryRun, signal } = ports;

  const inFiles = await stageFiles(
    {
      host,
      staged,
      namespace,
      signal,
      note,
      ...(dryRun === undefined ? {} : { hostDryRun: dryRun.host }),
      find: (finding) => void findings.push(finding),
      types: async () => [...(await readFederation()).types.values()],
    },
    files.objects,
  );
  const federation = await readFederation();
  const members = rehearsedMembers({
    members: ports.members,
    ...(dryRun === undefined ? {} : { dryRunMembers: dryRun.members }),
    note,
  });
  const stagePorts = {
    signal,
    host: staged.cluster,
    members,
    federation: federationReader(staged.cluster, kubefedNamespace, clock),
    clock,
    kubefedNamespace,
  };
  const rehearse = openRehearsal(stagePorts);
  const objects = await planInFiles({ rehearse, federation }, inFiles, findings);
  const implied = await planImplied({ rehearse, federation, host: staged.cluster }, inFiles);
  const all = [...objects, ...implied];
  const dns = await planRecords(
    {
      ...stagePorts,
      rehearse: openRecordRehearsal({ ...stagePorts, loadBalancers: ports.loadBalancers, note }),
      types: federation.types.values(),
      find: (finding) => void findings.push(finding),
      note,
    },
    inFiles,
    all,
  );
  const summary = summaryOf(all, findings, dns);
  return { objects: all, dns, findings, notes: [...notes], summary };
}

/** Namespaces first, as the others are created in them; the answer is in the order of the files. */
async function planInFiles(
  { rehearse, federation }: Pick<ImpliedPorts, 'rehearse' | 'federation'>,
  inFiles: readonly StagedObject[],
  findings: Finding[],
): Promise<PlannedObject[]> {
  const planned = new Map<StagedObject, PlannedObject>();
  for (const one of inFiles.toSorted((a, b) => Number(isNamespace(b)) - Number(isNamespace(a)))) {
    const { located, object, type, host } = one;
    const { file, line, column } = located.placeOf([]);
    const common = { kind: String(object['kind']), ...keyOf(object), file, line, column, host };
    if (type === undefined) planned.set(one, { ...common, members: [] });
    else {
      const rehearsed = await rehearse(type, keyOf(object));
      planned.set(one, { ...common, members: rehearsed.members });
      findings.push(...findingsOf(one, type, rehearsed, federation));
    }
  }
  return inFiles.map((one) => planned.get(one)).filter((object) => object !== undefined);
}

function isNamespace({ type }: StagedObject): boolean {
  return type?.name === NAMESPACES_TYPE;
}

interface ImpliedPorts {
  readonly rehearse: Rehearsal;
  readonly federation: Federation;
  readonly host: Cluster;
}

/** What else changes in a namespace whose FederatedNamespace is in the files. */
async function planImplied(
  { rehearse, federation, host }: ImpliedPorts,
  inFiles: readonly StagedObject[],
): Promise<PlannedObject[]> {
  const known = new Set(inFiles.map(({ object }) => identityOf(object)));
  const types = [...federation.types.values()].filter(
    (type) => type.enabled && type.target.namespaced,
  );
  const others: { type: FederatedType; object: JsonObject }[] = [];
  for (const { object } of inFiles.filter((one) => isNamespace(one) && changes(one))) {
    const { namespace = '' } = keyOf(object);
    for (const type of types) {
      const listed = await host.list(type.federated, { namespace });
      const items = listed.ok ? listed.value.items : [];
      others.push(...items.map((item) => ({ type, object: item })));
    }
  }
  const planned: PlannedObject[] = [];
  for (const { type, object } of others) {
    const { kind } = type.federated;
    if (known.has(identityOf({ ...object, kind }))) continue;
    const { members } = await rehearse(type, keyOf(object));
    if (members.every(({ action }) => action === 'nothing')) continue;
    planned.push({ kind, ...keyOf(object), host: { action: 'nothing', changes: [] }, members });
  }
  return planned;
}

function changes({ host }: StagedObject): boolean {
  return host.action !== 'nothing';
}

function identityOf(object: JsonObject): string {
  return `${object['kind']} ${qualifiedName(keyOf(object))}`;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ApplyOverridesFailed: 'mend the override',
  ComputePlacementFailed: 'mend spec.placement',
  ComputeResourceFailed: 'mend spec.template',
  AlreadyExists: 'delete the object there, or set adoptResources to Enabled in the KubeFedConfig',
  ManagedLabelFalse: 'take the label off there, or take the cluster out of spec.placement',
  UnknownCluster: 'kubefed-eks status shows the names that there are',
  ClientRetrievalFailed: 'see whether your credentials reach the member, or plan with others',
  RetrievalFailed: 'see whether your credentials reach the member, or plan with others',
};
const OF_THE_OBJECT = 'mend the object as the message says';

function findingsOf(
  { located, object }: StagedObject,
  type: FederatedType,
  { facts, members }: Rehearsed,
  federation: Federation,
): Finding[] {
  const labelled = (name: string) => ({
    name,
    labels: stringMapAt(federation.clusters.get(name), 'metadata', 'labels'),
  });
  const find = (
    severity: Finding['severity'],
    message: string,
    reason: string,
    cluster?: string,
  ) => {
    const path = locateMessage(
      message,
      object,
      cluster === undefined ? undefined : labelled(cluster),
    );
    return {
      severity,
      ...located.placeOf(path ?? []),
      ...(path === undefined ? {} : { path: fieldPathText(path) }),
      ...(cluster === undefined ? {} : { cluster }),
      message,
      remedy: REMEDIES[reason] ?? OF_THE_OBJECT,
    };
  };
  const failed = members.filter(({ action }) => action === 'fail');
  const refused = failed.map(({ cluster, code = '', message = code }) =>
    find('error', message, code, cluster),
  );
  return [
    ...ofTheWhole(located, object, type, facts),
    ...ofWarnings(facts, find),
    ...once(refused),
  ];
}

function ofWarnings(
  facts: PlanFacts | undefined,
  find: (severity: Finding['severity'], message: string, reason: string) => Finding,
): Finding[] {
  return (facts?.warnings ?? []).map(({ reason, message }) => {
    const fatal = reason === 'ComputePlacementFailed' || reason === 'InvalidName';
    return find(fatal ? 'error' : 'warning', message, reason);
  });
}

/** What is wrong in the same way everywhere is told once. */
function once(findings: readonly Finding[]): Finding[] {
  const byMessage = Map.groupBy(findings, ({ message }) => message);
  return [...byMessage.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { cluster: _cluster, ...everywhere } = first;
    return others.length === 0 ? [first] : [everywhere];
  });
}

function ofTheWhole(
  { placeOf }: LocatedObject,
  object: JsonObject,
  type: FederatedType,
  facts: PlanFacts | undefined,
): Finding[] {
  const { namespace = '' } = keyOf(object);
  if (!type.enabled) {
    const message = `propagation of ${type.name} is off: nothing will happen`;
    const remedy = `set spec.propagation to Enabled in FederatedTypeConfig ${type.name}`;
    return [{ severity: 'warning', ...placeOf(['kind']), path: 'kind', message, remedy }];
  }
  if (facts?.reason === 'NamespaceNotFederated') {
    const message = `namespace ${namespace} is not federated: the object reaches no cluster`;
    const remedy = `add a FederatedNamespace ${namespace} in namespace ${namespace}`;
    const place = placeOf(['metadata', 'namespace']);
    return [{ severity: 'error', ...place, path: 'metadata.namespace', message, remedy }];
  }
  const known = listAt(object, 'status', 'clusters').length > 0;
  if (facts === undefined || facts.reason !== undefined || facts.deleting) return [];
  if (facts.selected.length > 0 || known || facts.warnings !== undefined) return [];
  const message = 'selects no cluster';
  const remedy = 'list clusters or give a clusterSelector that matches; {} matches all';
  const place = placeOf(['spec', 'placement']);
  return [{ severity: 'warning', ...place, path: 'spec.placement', message, remedy }];
}
