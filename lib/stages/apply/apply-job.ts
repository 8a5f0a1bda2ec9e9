import { buildDesired, type DesiredInput } from '../../core/desired.ts';
import { pauseMessage } from '../../core/paused.ts';
import { isReady } from '../../core/readiness.ts';
import { collectsRemoteStatus, statusPrint, targetStatus } from '../../core/target-status.ts';
import { needsUpdate, objectVersion } from '../../core/version.ts';
import { type JsonObject, stringAt, stringMapAt, valueAt } from '../../model/json.ts';
import type { Job } from '../../model/messages.ts';
import { MANAGED_LABEL, NAMESPACES_TYPE } from '../../model/names.ts';
import { type ObjectKey, objectKey } from '../../model/resource.ts';
import { NAMESPACES } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster, Members } from '../../ports.ts';
import type { Federation, FederationReader } from '../federation.ts';
import { NO_UID } from '../plan/orphans.ts';
import { unwrapIfFound } from '../unwrap.ts';
import { type Applied, absentOr, failed, gone, refused, waiting } from './applied.ts';
import type { FederatedReader } from './federated-reader.ts';
import { holdOf } from './hold.ts';
import { hopelessBefore, hopelessNow } from './hopeless-update.ts';
import { isOutdated } from './outdated.ts';

export interface ApplyPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly federation: FederationReader;
  readonly federated: FederatedReader;
}

/** What one job works with. */
interface Work {
  readonly ports: ApplyPorts;
  readonly job: Job;
  readonly attempt: number;
  readonly type: FederatedType;
  readonly federation: Federation;
  readonly member: Cluster;
  readonly cluster: DesiredInput['cluster'];
  readonly target: ObjectKey;
}

/**
 * Makes one object right in one member. Refusals of the member are results, never exceptions.
 *
 * @param attempt 1 at the first try
 * @throws {HostError} the host cannot be read: the job is to be tried again
 * Source: KubeFed v0.10.0, order template → retain → overrides → managed label → compare → write
 */
export async function applyJob(ports: ApplyPorts, job: Job, attempt: number): Promise<Applied> {
  // Later tries look again: the member may have been found dead meanwhile, or been taken out of the federation.
  const federation = await ports.federation.at(job.contextRevision, attempt);
  const type = federation.types.get(job.type);
  const kubeFedCluster = federation.clusters.get(job.cluster);
  if (type === undefined || kubeFedCluster === undefined) return { superseded: true };
  if (attempt > 1 && !isReady(kubeFedCluster)) return failed(job, 'ClusterNotReady');
  if (attempt > 1 && (await isOutdated(ports.host, federation, type, job))) {
    return { superseded: true };
  }
  const hold = await holdOf(ports, federation, { type, job, attempt });
  if (hold !== undefined) return failed(job, hold.code, hold.message);
  if (job.plan.uid === NO_UID && (await isMadeAnew(ports.host, type, job))) {
    return { superseded: true };
  }
  const connected = await ports.members.connect(kubeFedCluster);
  if (!connected.ok) return refused(job, 'ClientRetrievalFailed', connected.error);
  const work: Work = {
    ports,
    job,
    attempt,
    type,
    federation,
    member: connected.value,
    cluster: { name: job.cluster, labels: stringMapAt(kubeFedCluster, 'metadata', 'labels') },
    // A federated object is named like its target; only a FederatedNamespace has a namespace that its target has not.
    target: objectKey(type.target.namespaced ? job.namespace : undefined, job.name),
  };
  switch (job.action) {
    case 'ensure':
      return ensure(work);
    case 'remove':
      return remove(work);
    case 'release':
      return release(work);
  }
}

/** What was planned for an object that is gone must not meet the target of one that has been made anew. */
async function isMadeAnew(host: Cluster, type: FederatedType, job: Job): Promise<boolean> {
  const key = objectKey(job.namespace, job.name);
  return unwrapIfFound(await host.get(type.federated, key)) !== undefined;
}

async function ensure(work: Work): Promise<Applied> {
  const { ports, job, type } = work;
  const federated = await ports.federated.read(type.federated, job, work.attempt);
  if (federated === undefined) return { superseded: true };
  const paused = pauseMessage(federated, undefined);
  if (paused !== undefined) return failed(job, 'Paused', paused);
  if (job.expectAbsent) {
    const created = await create(work, federated);
    if (created !== 'exists') return created;
  }
  return converge(work, federated, CONFLICT_TRIES);
}

/** Controllers of the member write to the same object; a lost race is run again before it counts as a failure. */
const CONFLICT_TRIES = 4;

async function converge(work: Work, federated: JsonObject, triesLeft: number): Promise<Applied> {
  const { job, type, member, target } = work;
  const live = await member.get(type.target, target);
  if (!live.ok && live.error.kind !== 'NotFound') {
    return refused(job, 'RetrievalFailed', live.error);
  }
  const applied = live.ok
    ? await adoptOrUpdate(work, federated, live.value)
    : await create(work, federated);
  if (applied !== 'exists' && applied !== 'changed') return applied;
  if (triesLeft > 1) return converge(work, federated, triesLeft - 1);
  const message = `the object in ${job.cluster} changes faster than it can be written`;
  return refused(job, 'UpdateFailed', { kind: 'Conflict', message });
}

async function create(work: Work, federated: JsonObject): Promise<Applied | 'exists'> {
  const { job, type, cluster } = work;
  const desired = buildDesired({ federated, target: type.target, cluster });
  if (!desired.ok) return failed(job, desired.code, desired.message);
  const created = await work.member.create(type.target, desired.object);
  if (created.ok) return inSync(work, created.value, true);
  if (created.error.kind === 'AlreadyExists') return 'exists';
  return refused(job, 'CreationFailed', created.error);
}

async function adoptOrUpdate(
  work: Work,
  federated: JsonObject,
  live: JsonObject,
): Promise<Applied | 'changed'> {
  const { job, federation } = work;
  const label = stringAt(live, 'metadata', 'labels', MANAGED_LABEL);
  if (label === 'false') {
    const message = `Unable to manage the object which has label ${MANAGED_LABEL}: false`;
    return failed(job, 'ManagedLabelFalse', message);
  }
  const foreign = label !== 'true';
  if (foreign && !federation.config.adoptResources && !(await isHostNamespace(work, live))) {
    const message =
      'Resource pre-exist in cluster; it is left alone because KubeFedConfig spec.syncController.adoptResources is Disabled';
    return failed(job, 'AlreadyExists', message);
  }
  return update(work, federated, live);
}

async function update(
  work: Work,
  federated: JsonObject,
  live: JsonObject,
): Promise<Applied | 'changed'> {
  const { job, type, cluster } = work;
  const desired = buildDesired({ federated, target: type.target, cluster, live });
  if (!desired.ok) return failed(job, desired.code, desired.message);
  if (!needsUpdate(desired.object, live, job.recordedVersion)) return inSync(work, live, false);
  const intended = { ...work, federated, desired: desired.object, live };
  const hopeless = hopelessBefore(intended);
  if (hopeless !== undefined) return hopeless;
  const updated = await work.member.replace(type.target, desired.object);
  if (updated.ok) {
    return inSync(work, updated.value, objectVersion(updated.value) !== objectVersion(live));
  }
  if (updated.error.kind === 'Conflict' || updated.error.kind === 'NotFound') return 'changed';
  return hopelessNow(intended, updated.error) ?? refused(job, 'UpdateFailed', updated.error);
}

async function remove(work: Work): Promise<Applied> {
  const { job, type, member, target } = work;
  const found = await member.get(type.target, target);
  if (!found.ok) return absentOr(job, found, 'DeletionFailed');
  const live = found.value;
  if (stringAt(live, 'metadata', 'labels', MANAGED_LABEL) !== 'true') return gone(job);
  if (await isHostNamespace(work, live)) return release(work);
  if (isTerminating(live)) return leaving(work);
  const options = parseDeleteOptions(job.deleteOptions);
  if (options === undefined) {
    const message =
      'annotation kubefed.io/deleteoption is not JSON of a DeleteOptions object; mend or remove it';
    return failed(job, 'DeletionFailed', message);
  }
  const uid = stringAt(live, 'metadata', 'uid') ?? '';
  const deleted = await member.delete(type.target, target, {
    // The API's own default for batch/v1 Jobs would leave their Pods behind.
    propagationPolicy: 'Background',
    ...options,
    preconditions: { uid },
  });
  if (!deleted.ok) return absentOr(job, deleted, 'DeletionFailed');
  return isTerminating(deleted.value) ? leaving(work) : gone(job);
}

/**
 * A Namespace takes its time to go. Where the host's own is going too, it is let go at once: nothing can be created in
 * it any more, and what may still hold it up in the member must not hold up the host.
 */
async function leaving(work: Work): Promise<Applied> {
  const own = await hostNamespace(work);
  return own !== undefined && isTerminating(own) ? gone(work.job) : waiting(work.job);
}

async function hostNamespace({ ports, type, job }: Work): Promise<JsonObject | undefined> {
  if (type.name !== NAMESPACES_TYPE) return undefined;
  return unwrapIfFound(await ports.host.get(NAMESPACES, { name: job.name }));
}

async function release(work: Work): Promise<Applied> {
  const { job, type, member, target } = work;
  const found = await member.get(type.target, target);
  if (!found.ok) return absentOr(job, found, 'LabelRemovalFailed');
  if (stringAt(found.value, 'metadata', 'labels', MANAGED_LABEL) !== 'true') return gone(job);
  if (isTerminating(found.value)) return gone(job);
  const patched = await member.patch(type.target, target, {
    metadata: { labels: { [MANAGED_LABEL]: null } },
  });
  return patched.ok ? gone(job) : absentOr(job, patched, 'LabelRemovalFailed');
}

/** A member that is the host itself shows the host's own Namespace: recognised by its uid, whatever the names. */
async function isHostNamespace(work: Work, live: JsonObject): Promise<boolean> {
  const own = await hostNamespace(work);
  return (
    own !== undefined && stringAt(own, 'metadata', 'uid') === stringAt(live, 'metadata', 'uid')
  );
}

function isTerminating(object: JsonObject): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

function parseDeleteOptions(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function inSync({ job, type, federation }: Work, live: JsonObject, wrote: boolean): Applied {
  const version = objectVersion(live);
  const collected = collectsRemoteStatus(federation.config.gates, type)
    ? { targetStatus: statusPrint(targetStatus(live)) }
    : {};
  const result = { cluster: job.cluster, code: 'OK', version, wrote, ...collected } as const;
  return { superseded: false, result };
}
