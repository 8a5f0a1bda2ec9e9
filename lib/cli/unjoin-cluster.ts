import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, objectAt, stringAt } from '../model/json.ts';
import { KUBEFED_CLUSTERS, SECRETS } from '../model/resources.ts';
import { type Change, trackChanges } from './changes.ts';
import { listObjects, removeObject } from './cluster-objects.ts';
import { CommandError } from './command-error.ts';
import { nameOf } from './host/cluster-identity.ts';
import { findCluster } from './host/find-cluster.ts';
import type { OpenMember } from './join-cluster.ts';
import type { JoinPorts } from './member/joining.ts';
import { leavingEks } from './member/leave-eks.ts';
import { leavingByToken } from './member/leave-token.ts';
import type { LeaveStep, Leaving } from './member/leaving.ts';
import type { UnjoinRequest } from './requests.ts';

export interface UnjoinResult {
  readonly name: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly changes: readonly Change[];
  /** what `--force` passed over */
  readonly skipped: readonly string[];
}

/**
 * Ends a membership: first the federation's access in the member, then the KubeFedCluster and its Secret on the host.
 * What is gone already is fine, so a run that was cut short can be repeated. Objects that were propagated stay where
 * they are.
 *
 * @param open opens the member as the KubeFedCluster says, or by the context that was given
 * @throws CommandError; with `force` not for what happens in the member
 * Source: KubeFed v0.10.0, kubefedctl unjoin
 */
export async function unjoinCluster(
  ports: JoinPorts,
  request: UnjoinRequest,
  open: (kubeFedCluster: JsonObject) => OpenMember,
): Promise<UnjoinResult> {
  const { host, terminal, signal } = ports;
  const { kubefedNamespace: namespace, dryRun } = request;
  const clusters = await listObjects(host, KUBEFED_CLUSTERS, namespace);
  const kubeFedCluster = findCluster(clusters, namespace, request.name);
  const name = nameOf(kubeFedCluster);
  const others = clusters.filter((one) => one !== kubeFedCluster);
  if (name !== request.name) terminal.progress(`cluster name: ${name}`);

  const changes = trackChanges({ dryRun, terminal, signal });
  const leaving: Leaving = {
    ports,
    changes,
    namespace,
    kubeFedCluster,
    openMember: open(kubeFedCluster),
    async removeAll(side, objects) {
      for (const object of objects) await removeObject(changes, side, object);
    },
  };
  const sharer = others.find((one) => sharesMember(one, kubeFedCluster));
  const skipped: string[] = [];
  if (sharer === undefined) {
    for (const step of stepsOf(leaving)) await runStep(step, leaving, { request, skipped });
  } else {
    terminal.warn(`access in the member stays: KubeFedCluster ${nameOf(sharer)} needs it too`);
  }
  await removeFromHost(leaving, others);
  return { name, namespace, dryRun, changes: changes.list, skipped };
}

function stepsOf(leaving: Leaving): LeaveStep[] {
  const isEks = objectAt(leaving.kubeFedCluster, 'spec', 'eks') !== undefined;
  return isEks ? leavingEks(leaving) : leavingByToken(leaving);
}

async function runStep(
  step: LeaveStep,
  leaving: Leaving,
  { request, skipped }: { request: UnjoinRequest; skipped: string[] },
): Promise<void> {
  try {
    await step.run();
  } catch (error) {
    if (!(error instanceof CommandError) || error.code === 'Interrupted') throw error;
    const message = `cannot ${step.what}: ${error.message}`;
    if (!request.force) {
      const remedies = [...error.remedies, '--force, which goes on without the member'];
      throw new CommandError(error.code, message, remedies, { cause: error });
    }
    skipped.push(message);
    leaving.ports.terminal.warn(message);
  }
}

async function removeFromHost(leaving: Leaving, others: readonly JsonObject[]): Promise<void> {
  const { ports, changes, namespace, kubeFedCluster } = leaving;
  const secret = stringAt(kubeFedCluster, 'spec', 'secretRef', 'name');
  const shared = others.some((one) => stringAt(one, 'spec', 'secretRef', 'name') === secret);
  if (secret !== undefined && !shared) {
    await removeObject(changes, ports.host, {
      resource: SECRETS,
      key: { namespace, name: secret },
    });
  }
  const key = { namespace, name: nameOf(kubeFedCluster) };
  await removeObject(changes, ports.host, { resource: KUBEFED_CLUSTERS, key });
}

/** Whether two KubeFedClusters get in by the same access entries or the same token. */
function sharesMember(one: JsonObject, other: JsonObject): boolean {
  const eks = objectAt(other, 'spec', 'eks');
  if (eks !== undefined) return isDeepStrictEqual(objectAt(one, 'spec', 'eks'), eks);
  const secret = stringAt(other, 'spec', 'secretRef', 'name');
  return secret !== undefined && stringAt(one, 'spec', 'secretRef', 'name') === secret;
}
