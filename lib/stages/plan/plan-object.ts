import { computePlacement } from '../../core/placement.ts';
import { type Plan, type PlanInput, planPropagation } from '../../core/plan.ts';
import { renderTemplate } from '../../core/template.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import type { Change, Job, Outcome } from '../../model/messages.ts';
import { NAMESPACES_TYPE, SYNC_FINALIZER, SYSTEM_NAMESPACES } from '../../model/names.ts';
import { type ObjectKey, objectKey, qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster, Log } from '../../ports.ts';
import { type Federation, type FederationReader, placementClusters } from '../federation.ts';
import { recordOf } from '../propagated-version.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';

export interface PlanPorts {
  readonly host: Cluster;
  readonly federation: FederationReader;
  readonly log: Log;
  readonly kubefedNamespace: string;
}

/** What is to be sent on; the caller sends the jobs and outcomes of a whole batch together. */
export interface Planned {
  readonly jobs: readonly Job[];
  readonly outcomes: readonly Outcome[];
}

/** Stands for the uid of a federated object that is gone already. */
export const NO_UID = '-';

const NOTHING: Planned = { jobs: [], outcomes: [] };

/**
 * Turns one change into one job per member cluster concerned. Reads the federated object anew; what the message says
 * about it is only a hint. An object without any job still yields an outcome, so that its status is told.
 *
 * @throws {HostError} the host cannot be read: the change is to be tried again
 */
export async function planObject(ports: PlanPorts, change: Change): Promise<Planned> {
  const federation = await ports.federation.at(change.contextRevision);
  const type = federation.types.get(change.type);
  if (type === undefined || !type.enabled) return NOTHING;
  const key = objectKey(change.namespace, change.name);
  if (isNamespaceType(type) && isSystemNamespace(ports, change.name)) return NOTHING;

  if (isNamespaceType(type) && change.name !== change.namespace) {
    return refuseName(unwrapIfFound(await ports.host.get(type.federated, key)), change);
  }

  const read = await readWithFinalizer(ports, type, key, change);
  if (read.federated === undefined) return releaseOrphan(change);
  if (isBeingDeleted(read.federated) && !hasFinalizer(read.federated)) return NOTHING;

  const input = await gather(ports, federation, type, { change, key, ...read });
  const planned = planPropagation(input);
  ports.log.debug('planned', { type: type.name, object: qualifiedName(key), jobs: planned.jobs });
  return messagesOf(planned, change);
}

interface Read {
  readonly federated: JsonObject;
  readonly fresh: boolean;
}

/**
 * Reads the federated object and makes sure that it carries our finalizer. An object that the watch saw bare gets it
 * by one conditional patch, whose answer is the object: no read before it.
 */
async function readWithFinalizer(
  ports: PlanPorts,
  type: FederatedType,
  key: ObjectKey,
  change: Change,
): Promise<Read | { federated: undefined }> {
  if (change.bareResourceVersion !== undefined) {
    const metadata = {
      resourceVersion: change.bareResourceVersion,
      finalizers: [SYNC_FINALIZER],
    };
    const patched = await ports.host.patch(type.federated, key, { metadata });
    if (patched.ok) return { federated: patched.value, fresh: isUnrecorded(patched.value) };
  }
  const federated = unwrapIfFound(await ports.host.get(type.federated, key));
  if (federated === undefined) return { federated };
  if (hasFinalizer(federated) || isBeingDeleted(federated)) return { federated, fresh: false };
  const finalizers = [...listAt(federated, 'metadata', 'finalizers'), SYNC_FINALIZER];
  const resourceVersion = stringAt(federated, 'metadata', 'resourceVersion') ?? '';
  const patched = await ports.host.patch(type.federated, key, {
    metadata: { resourceVersion, finalizers },
  });
  return { federated: unwrap(patched), fresh: isUnrecorded(federated) };
}

function isUnrecorded(federated: JsonObject): boolean {
  return federated['status'] === undefined;
}

async function gather(
  ports: PlanPorts,
  federation: Federation,
  type: FederatedType,
  subject: Read & { key: ObjectKey; change: Change },
): Promise<PlanInput> {
  const { key, change, federated, fresh } = subject;
  const record = recordOf(type.target.kind, key);
  const ownNamespace = isNamespaceType(type) ? undefined : key.namespace;
  const [federatedNamespace, propagatedVersion] = await Promise.all([
    ownNamespace === undefined
      ? undefined
      : ports.federation.namespaceAt(federation, ownNamespace, change.namespaceRevision),
    fresh ? undefined : ports.host.get(record.resource, record.key).then(unwrapIfFound),
  ]);

  const placement = computePlacement({
    federated,
    namespaced: type.target.namespaced,
    ...(federatedNamespace === undefined ? {} : { federatedNamespace }),
    scope: federation.config.scope,
    clusters: placementClusters(federation),
  });
  const common = {
    federated,
    clusters: federation.clusters,
    propagatedVersion,
    fresh,
    ...(change.cluster === undefined ? {} : { driftCluster: change.cluster }),
  };
  if (!placement.ok) {
    const warning = {
      reason: 'ComputePlacementFailed',
      message: `Failed to compute placement: ${placement.message}`,
    };
    // Nobody knows where the object should be: nothing is touched, unless it is to go everywhere.
    const clusters = isBeingDeleted(federated) ? federation.clusters : new Map();
    const reason = 'ComputePlacementFailed';
    return { ...common, clusters, selected: [], reason, warnings: [warning] };
  }
  const rendered = renderTemplate(federated, type.target);
  const unknown = placement.unknown.map((name) => ({
    reason: 'UnknownCluster',
    message: `spec.placement.clusters names ${name}, but no KubeFedCluster of that name exists; join it or mend the name`,
  }));
  const reason = placement.reason === undefined ? {} : { reason: placement.reason };
  const warnings = [...(rendered.ok ? rendered.warnings : []), ...unknown];
  return { ...common, selected: placement.selected, warnings, ...reason };
}

function messagesOf(planned: Plan, change: Change): Planned {
  const { type, namespace, name, seenAtMs, contextRevision } = change;
  const common = {
    v: 1 as const,
    type,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    plan: planned.facts,
    seenAtMs,
    ...(contextRevision === undefined ? {} : { contextRevision }),
  };
  if (planned.jobs.length === 0) return { jobs: [], outcomes: [{ ...common, results: [] }] };
  return { jobs: planned.jobs.map((job) => ({ ...common, ...job })), outcomes: [] };
}

/**
 * The federated object is gone, but a member still has an object with our label: the label is taken off, the object
 * stays. Source: KubeFed v0.10.0, removal of the managed label from possible orphans
 */
function releaseOrphan(change: Change): Planned {
  if (change.cluster === undefined) return NOTHING;
  const facts: Plan['facts'] = {
    uid: NO_UID,
    generation: 0,
    resourceVersion: '0',
    planned: [change.cluster],
    selected: [],
    known: [],
    templateVersion: '',
    overridesVersion: '',
    deleting: true,
    fresh: false,
  };
  return messagesOf({ jobs: [{ cluster: change.cluster, action: 'release' }], facts }, change);
}

function refuseName(federated: JsonObject | undefined, change: Change): Planned {
  if (federated === undefined) return NOTHING;
  const message =
    'The name of a federated namespace must match the name of its containing namespace.';
  const planned = planPropagation({
    federated,
    selected: [],
    reason: 'ComputePlacementFailed',
    clusters: new Map(),
    propagatedVersion: undefined,
    fresh: false,
    warnings: [{ reason: 'InvalidName', message }],
  });
  return messagesOf(planned, change);
}

function isNamespaceType(type: FederatedType): boolean {
  return type.name === NAMESPACES_TYPE;
}

function isSystemNamespace(ports: PlanPorts, name: string): boolean {
  return SYSTEM_NAMESPACES.has(name) || name === ports.kubefedNamespace;
}

function isBeingDeleted(federated: JsonObject): boolean {
  return valueAt(federated, 'metadata', 'deletionTimestamp') !== undefined;
}

function hasFinalizer(federated: JsonObject): boolean {
  return listAt(federated, 'metadata', 'finalizers').includes(SYNC_FINALIZER);
}
