import { stringAt } from '../../model/json.ts';
import type { ClusterResult, PlanFacts } from '../../model/messages.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster } from '../../ports.ts';
import { applyJob } from '../../stages/apply/apply-job.ts';
import { federatedReader } from '../../stages/apply/federated-reader.ts';
import type { FederationReader } from '../../stages/federation.ts';
import { planObject } from '../../stages/plan/plan-object.ts';
import { throwIfInterrupted } from '../changes.ts';
import { fieldChanges } from './field-changes.ts';
import type { PlannedMember } from './plan-report.ts';
import type { RehearsedWrite } from './rehearsed-member.ts';
import type { RehearsedMembers } from './rehearsed-members.ts';
import { SILENT } from './silent-log.ts';

export interface RehearsalPorts {
  /** the host with the files applied */
  readonly host: Cluster;
  readonly members: RehearsedMembers;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly kubefedNamespace: string;
}

export interface Rehearsed {
  /** sorted by cluster */
  readonly members: readonly PlannedMember[];
  /** undefined when the pipeline would not look at the object at all */
  readonly facts: PlanFacts | undefined;
}

export type Rehearsal = (type: FederatedType, key: ObjectKey) => Promise<Rehearsed>;

/**
 * Plays the stages plan and apply over a host that is staged and members that only pretend to write. What is shown is
 * what happens, because the code that decides is the same.
 */
export function openRehearsal(ports: RehearsalPorts): Rehearsal {
  const federated = federatedReader(ports.host);
  const { host, members, federation, kubefedNamespace } = ports;

  return async (type, { namespace, name }) => {
    throwIfInterrupted(ports.signal);
    const planned = await planObject(
      { host, federation, log: SILENT, kubefedNamespace },
      {
        v: 1,
        kind: 'object',
        type: type.name,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        cause: 'edit',
        seenAtMs: ports.clock.nowMs(),
        driftClusters: [],
      },
    );
    const facts = (planned.jobs[0] ?? planned.outcomes[0])?.plan;
    const done = await Promise.all(
      planned.jobs.map(async (job) => {
        const applied = await applyJob({ host, members, federation, federated }, job, 1);
        const writes = members.take(job.cluster);
        if (applied.superseded) return undefined;
        const wanted = job.plan.selected.includes(job.cluster);
        return memberOf(applied.result, writes, wanted);
      }),
    );
    const waiting = (facts?.known ?? []).map(
      ({ cluster, code }): PlannedMember => ({
        cluster,
        action: 'wait',
        changes: [],
        ...(code === 'gone' ? {} : { code }),
        message: 'the cluster is not ready; it is brought in line when it is back',
      }),
    );
    const all = [...done.filter((member) => member !== undefined), ...waiting];
    return { facts, members: all.sort((a, b) => (a.cluster < b.cluster ? -1 : 1)) };
  };
}

/** @returns undefined where nothing happens and nothing is to be */
function memberOf(
  result: ClusterResult,
  writes: readonly RehearsedWrite[],
  wanted: boolean,
): PlannedMember | undefined {
  const { cluster, code, message } = result;
  if (code !== 'OK' && code !== 'gone' && code !== 'WaitingForRemoval') {
    const said = message === undefined ? {} : { message };
    return { cluster, action: 'fail', changes: [], code, ...said };
  }
  const write = writes.at(-1);
  if (write !== undefined) return { cluster, ...whatWasWritten(write) };
  if (code === 'WaitingForRemoval') {
    return { cluster, action: 'delete', changes: [], message: 'is being deleted' };
  }
  return wanted ? { cluster, action: 'nothing', changes: [] } : undefined;
}

function whatWasWritten({ verb, before, after }: RehearsedWrite): Omit<PlannedMember, 'cluster'> {
  if (verb === 'release') return { action: 'orphan', changes: [] };
  if (verb !== 'replace') return { action: verb, changes: [] };
  const changes = fieldChanges(before ?? {}, after ?? {});
  const managed = stringAt(before, 'metadata', 'labels', MANAGED_LABEL) === 'true';
  if (!managed) return { action: 'adopt', changes };
  return { action: changes.length > 0 ? 'update' : 'nothing', changes };
}
