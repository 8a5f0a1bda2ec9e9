import type { JsonObject } from '../model/json.ts';
import { apiVersionOf } from '../model/resource.ts';
import { KUBEFED_CLUSTERS } from '../model/resources.ts';
import { type Change, type Changes, trackChanges } from './changes.ts';
import { ensureObject } from './cluster-objects.ts';
import { CommandError } from './command-error.ts';
import type { Side } from './connect/side.ts';
import { chooseName, type NameAnswer } from './host/choose-name.ts';
import { type Federation, readFederation } from './host/federation.ts';
import { waitUntilReady } from './host/wait-until-ready.ts';
import type { EksDescription } from './member/eks-description.ts';
import { joiningEks } from './member/join-eks.ts';
import { joiningByToken } from './member/join-token.ts';
import type { Joining, JoinPorts, JoinTarget } from './member/joining.ts';
import type { JoinRequest } from './requests.ts';

/** Opens the member; `description` is there for an EKS cluster. */
export type OpenMember = (description?: EksDescription) => Promise<Side>;

export interface JoinResult {
  readonly name: string;
  readonly namespace: string;
  readonly kind: JoinTarget['kind'];
  readonly dryRun: boolean;
  /** undefined when nobody waited for it */
  readonly ready: true | undefined;
  readonly spec: JsonObject;
  readonly changes: readonly Change[];
}

/**
 * Makes a cluster a member: access in the member first, the KubeFedCluster on the host last, then waits until it is
 * Ready. What is there already is only brought in line. When anything fails, or Ctrl-C is pressed, everything that this
 * run made is taken back.
 *
 * @throws CommandError
 */
export async function joinCluster(
  ports: JoinPorts,
  request: JoinRequest,
  member: { target: JoinTarget; open: OpenMember },
): Promise<JoinResult> {
  const { host, terminal, signal } = ports;
  const federation = await readFederation(host, request.kubefedNamespace);
  if (federation.types.length === 0) terminal.warn('no type is enabled: nothing can be propagated');
  const joining = await startJoining(ports, request, { ...member, federation });
  const answer = nameCluster(ports, { request, member: member.target, joining, federation });

  const changes = trackChanges({ dryRun: request.dryRun, terminal, signal });
  try {
    const { spec, labels } = await joining.grant(changes, answer.name, answer.existing);
    await register(host, changes, {
      namespace: federation.namespace,
      name: answer.name,
      labels: { ...labels, ...request.label },
      spec,
    });
    const waits = !request.dryRun && request.wait > 0;
    if (waits) await waitForMember(ports, request, answer.name);
    const { name } = answer;
    const { kind } = member.target;
    const ready = waits ? true : undefined;
    const { namespace } = federation;
    return { name, namespace, kind, dryRun: request.dryRun, ready, spec, changes: changes.list };
  } catch (error) {
    await changes.undo();
    throw error;
  }
}

function startJoining(
  ports: JoinPorts,
  request: JoinRequest,
  member: { target: JoinTarget; open: OpenMember; federation: Federation },
): Promise<Joining> | Joining {
  const { target, open, federation } = member;
  const { admin, roleArn, secretName } = request;
  if (target.kind === 'eks') {
    if (secretName !== undefined)
      ports.terminal.warn('--secret-name has no use: IAM lets the functions in');
    return joiningEks(ports, {
      reference: target.eks,
      federation,
      admin,
      openMember: open,
      ...(roleArn === undefined ? {} : { roleArn }),
    });
  }
  return joiningByToken(ports, {
    entry: target.entry,
    federation,
    admin,
    errorOnExisting: request.errorOnExisting === true,
    openMember: () => open(),
    ...(secretName === undefined ? {} : { secretName }),
  });
}

function nameCluster(
  ports: JoinPorts,
  about: { request: JoinRequest; member: JoinTarget; joining: Joining; federation: Federation },
): NameAnswer {
  const { request, member, joining, federation } = about;
  const answer = chooseName({
    from: member.from,
    hint: joining.hint,
    identity: joining.identity,
    clusters: federation.clusters,
    ...(request.name === undefined ? {} : { given: request.name }),
  });
  const { name, note, existing, otherNames } = answer;
  ports.terminal.progress(`cluster name: ${name}${note === undefined ? '' : ` (${note})`}`);
  if (otherNames.length > 0) {
    ports.terminal.warn(`the same cluster is joined as ${otherNames.join(', ')} too`);
  }
  if (existing !== undefined && request.errorOnExisting === true) {
    const message = `federated cluster ${name} already exists in host cluster`;
    throw new CommandError('AlreadyExists', message, ['--error-on-existing=false']);
  }
  return answer;
}

async function register(
  host: Side,
  changes: Changes,
  cluster: { namespace: string; name: string; labels: Record<string, string>; spec: JsonObject },
): Promise<void> {
  const { namespace, name, labels, spec } = cluster;
  const metadata = { namespace, name, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
  const { kind } = KUBEFED_CLUSTERS;
  const object = { apiVersion: apiVersionOf(KUBEFED_CLUSTERS), kind, metadata, spec };
  await ensureObject(changes, host, { resource: KUBEFED_CLUSTERS, object });
}

async function waitForMember(ports: JoinPorts, request: JoinRequest, name: string): Promise<void> {
  const { host, clock, signal, terminal } = ports;
  await waitUntilReady(host, {
    namespace: request.kubefedNamespace,
    name,
    timeoutSeconds: request.wait,
    clock,
    signal,
    terminal,
  });
}
