import { pauseMessage } from '../../core/paused.ts';
import { computePlacement } from '../../core/placement.ts';
import { type Plan, type PlanInput, planPropagation } from '../../core/plan.ts';
import { renderTemplate } from '../../core/template.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import type { Job, Outcome } from '../../model/messages.ts';
import { NAMESPACES_TYPE, SYNC_FINALIZER, SYSTEM_NAMESPACES } from '../../model/names.ts';
import { type ObjectKey, objectKey, qualifiedName } from '../../model/resource.ts';
import { NAMESPACES } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster, Log } from '../../ports.ts';
import {
  type Federation,
  type FederationReader,
  onlyNamespace,
  placementClusters,
} from '../federation.ts';
import { removeFinalizer } from '../finalizer.ts';
import { recordOf } from '../propagated-version.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';
import { isLetGoWithType } from './going-type.ts';
import type { MergedChange } from './merge-changes.ts';
import { buriedFacts, buriedIn, planOrphan } from './orphans.ts';
import { letGoStandingStill } from './standing-still.ts';

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

const NOTHING: Planned = { jobs: [], outcomes: [] };

/**
 * Turns one change into one job per member cluster concerned. Reads the federated object anew; what the message says
 * about it is only a hint. An object without any job still yields an outcome, so that its status is told.
 *
 * @throws {HostError} the host cannot be read: the change is to be tried again
 */
export async function planObject(ports: PlanPorts, change: MergedChange): Promise<Planned> {
  const federation = await ports.federation.at(change.contextRevision);
  const type = federation.types.get(change.type);
  const key = objectKey(change.namespace, change.name);
  if (type === undefined || (await isOutOfHand(ports, federation, type, change))) return NOTHING;
  if (isNamespaceType(type) && isSystemNamespace(ports, change.name)) return NOTHING;
  if (isNamespaceType(type) && change.name !== change.namespace) {
    return refuseName(unwrapIfFound(await ports.host.get(type.federated, key)), change);
  }

  const read = await readWithFinalizer(ports, type, key, change);
  if (read.federated === undefined) return clearOrphan(ports, federation, change);
  // On its way out, and let go already.
  if (!hasFinalizer(read.federated)) return NOTHING;
  const input = await gather(ports, federation, type, { change, key, ...read });
  const planned = planPropagation(input);
  ports.log.debug('planned', { type: type.name, object: qualifiedName(key), jobs: planned.jobs });
  if (planned.facts.deleting && (await letGo(ports, type, { key, planned, ...read }))) {
    return NOTHING;
  }
  const buried = change.replay ? await buriedIn(ports, federation, change) : [];
  return messagesOf({ ...planned, facts: { ...planned.facts, ...buriedFacts(buried) } }, change);
}

/**
 * Lets an object go of which nothing is left to be removed.
 *
 * @returns whether there is nothing to be sent: it has been let go, or marked, so that it comes back as one to be deleted
 */
async function letGo(
  ports: PlanPorts,
  type: FederatedType,
  { key, planned, federated }: Read & { key: ObjectKey; planned: Plan },
): Promise<boolean> {
  if (planned.jobs.length === 0 && planned.facts.known.length === 0) {
    await removeFinalizer(ports.host, type.federated, key, federated);
    return true;
  }
  if (isBeingDeleted(federated)) return false;
  unwrapIfFound(await ports.host.delete(type.federated, key));
  return true;
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
  change: MergedChange,
): Promise<Read | { federated: undefined }> {
  if (change.bareResourceVersion !== undefined && !change.terminating) {
    const metadata = {
      resourceVersion: change.bareResourceVersion,
      finalizers: [SYNC_FINALIZER],
    };
    const patched = await ports.host.patch(type.federated, key, { metadata });
    if (patched.ok) return { federated: patched.value, fresh: isUnrecorded(patched.value) };
  }
  const federated = unwrapIfFound(await ports.host.get(type.federated, key));
  if (federated === undefined) return { federated };
  const leaveIt = hasFinalizer(federated) || isToGo(federated, change);
  if (leaveIt || (await isInTerminatingNamespace(ports, key))) return { federated, fresh: false };
  const finalizers = [...listAt(federated, 'metadata', 'finalizers'), SYNC_FINALIZER];
  const resourceVersion = stringAt(federated, 'metadata', 'resourceVersion') ?? '';
  const patched = await ports.host.patch(type.federated, key, {
    metadata: { resourceVersion, finalizers },
  });
  return { federated: unwrap(patched), fresh: isUnrecorded(federated) };
}

/** A finalizer put on there would only hold up the namespace. */
async function isInTerminatingNamespace(ports: PlanPorts, key: ObjectKey): Promise<boolean> {
  if (key.namespace === undefined) return false;
  const namespace = unwrapIfFound(await ports.host.get(NAMESPACES, { name: key.namespace }));
  return namespace === undefined || isBeingDeleted(namespace);
}

function isUnrecorded(federated: JsonObject): boolean {
  return federated['status'] === undefined;
}

async function gather(
  ports: PlanPorts,
  federation: Federation,
  type: FederatedType,
  subject: Read & { key: ObjectKey; change: MergedChange },
): Promise<PlanInput> {
  const { key, change, federated, fresh } = subject;
  const record = recordOf(type.target.kind, key);
  const ownNamespace = isNamespaceType(type) ? undefined : key.namespace;
  const leaving = await leavingClusters(ports, federation, subject, ownNamespace);
  const [federatedNamespace, propagatedVersion] = await Promise.all([
    ownNamespace === undefined
      ? undefined
      : ports.federation.namespaceAt(federation, ownNamespace, change.namespaceRevision),
    // What leaves with its namespace has no need of its record: status and placement say where it is.
    fresh || leaving.size > 0
      ? undefined
      : ports.host.get(record.resource, record.key).then(unwrapIfFound),
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
    driftClusters: change.driftClusters,
    leaving,
    ...(isDoomed(federated, change) ? { terminating: true } : {}),
    ...pauseOf(federated, federatedNamespace),
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

function pauseOf(federated: JsonObject, federatedNamespace: JsonObject | undefined) {
  const message = pauseMessage(federated, federatedNamespace);
  return message === undefined ? {} : { pauseMessage: message };
}

async function leavingClusters(
  ports: PlanPorts,
  federation: Federation,
  { federated, change }: Read & { change: MergedChange },
  namespace: string | undefined,
): Promise<ReadonlySet<string>> {
  if (change.leaving !== undefined && isDoomed(federated, change)) return new Set(change.leaving);
  if (namespace === undefined || !isToGo(federated, change)) return new Set();
  return ports.federation.leavingAt(federation, namespace, change.namespaceRevision);
}

function messagesOf(planned: Plan, change: MergedChange): Planned {
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

async function clearOrphan(
  ports: PlanPorts,
  federation: Federation,
  change: MergedChange,
): Promise<Planned> {
  if (change.driftClusters.length === 0) return NOTHING;
  const buried = await buriedIn(ports, federation, change);
  return messagesOf(planOrphan(change.driftClusters, buried), change);
}

function refuseName(federated: JsonObject | undefined, change: MergedChange): Planned {
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
    driftClusters: [],
    warnings: [{ reason: 'InvalidName', message }],
  });
  return messagesOf(planned, change);
}

/** The type stands still, is about to go, or the namespace is not that of a namespaced federation. */
async function isOutOfHand(
  ports: PlanPorts,
  federation: Federation,
  type: FederatedType,
  { namespace, name, seenAtMs: nowMs }: MergedChange,
): Promise<boolean> {
  const key = objectKey(namespace, name);
  if (await isLetGoWithType(ports.host, type, key)) return true;
  if (!type.enabled) await letGoStandingStill(ports, federation, type, { key, nowMs });
  const only = onlyNamespace(federation, ports.kubefedNamespace);
  return !type.enabled || (only !== undefined && namespace !== only);
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

/** In a namespace that is being deleted an object is to go before it is marked. */
function isToGo(federated: JsonObject, change: MergedChange): boolean {
  return isBeingDeleted(federated) || isDoomed(federated, change);
}

/** A late message may meet another object of that name, in a namespace that was made anew. */
function isDoomed(federated: JsonObject, { terminating, uid }: MergedChange): boolean {
  if (terminating !== true) return false;
  return uid === undefined || uid === stringAt(federated, 'metadata', 'uid');
}

function hasFinalizer(federated: JsonObject): boolean {
  return listAt(federated, 'metadata', 'finalizers').includes(SYNC_FINALIZER);
}
