import { randomBytes } from 'node:crypto';
import { deriveClusterName } from '../../core/cluster-name.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { ObjectKey } from '../../model/resource.ts';
import { NAMESPACES, SECRETS } from '../../model/resources.ts';
import { type Changes, throwIfInterrupted } from '../changes.ts';
import { ensureObject, isBeingDeleted, readObject, type WantedObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { ContextEntry } from '../connect/eks-reference.ts';
import type { Side } from '../connect/side.ts';
import type { Federation } from '../host/federation.ts';
import { tokenAccessObjects } from './access-objects.ts';
import type { Joining, JoinPorts } from './joining.ts';
import { hostSecret, serviceAccountObjects } from './service-account.ts';

const TOKEN_TIMEOUT_MS = 30_000;
const NAMESPACE_TIMEOUT_MS = 60_000;
const POLL_MS = 1_000;
const LOCAL_HOST = /^(localhost|127\..*|\[::1\])$/;

export interface TokenJoinOptions {
  readonly entry: ContextEntry;
  readonly federation: Federation;
  readonly admin: boolean;
  /** the host's Secret; absent means the one that is there, else a new one named after the cluster */
  readonly secretName?: string;
  readonly errorOnExisting: boolean;
  readonly openMember: () => Promise<Side>;
}

/**
 * Joins a cluster that is not of EKS: a ServiceAccount in the member, its token in a Secret on the host.
 *
 * Source: KubeFed v0.10.0, kubefedctl join; the rights are those that the enabled types need, KubeFed grants all
 */
export function joiningByToken(ports: JoinPorts, options: TokenJoinOptions): Joining {
  const { entry, federation } = options;
  const { namespace } = federation;
  const host = new URL(entry.server).hostname;
  return {
    identity: { endpoint: entry.server },
    hint: host,
    async grant(changes, name, existing) {
      if (LOCAL_HOST.test(host)) {
        ports.terminal.warn(
          `${entry.server} is an address of this machine: functions elsewhere cannot reach it`,
        );
      }
      const member = await options.openMember();
      const account = { namespace, name: serviceAccountName(name, ports.hostName) };
      await untilNotTerminating(ports, member, namespace);
      for (const wanted of memberObjects(options, account, name)) {
        await ensureObject(changes, member, wanted);
      }
      const { token, ca } = await readToken(ports, { changes, member, account });
      const secretName = options.secretName ?? secretNameOf(existing) ?? newSecretName(name);
      const secret = hostSecretObject({ namespace, name: secretName }, token, options);
      await ensureObject(changes, ports.host, secret);
      return { spec: specOf(entry, secretName, ca), labels: {} };
    },
  };
}

/** @returns KubeFed's name for the account, with legal parts. Source: KubeFed v0.10.0, kubefedctl join */
export function serviceAccountName(clusterName: string, hostName: string): string {
  return `${clusterName}-${deriveClusterName(hostName)}`;
}

function secretNameOf(kubeFedCluster: JsonObject | undefined): string | undefined {
  return stringAt(kubeFedCluster, 'spec', 'secretRef', 'name');
}

function hostSecretObject(
  key: Required<ObjectKey>,
  token: string,
  options: TokenJoinOptions,
): WantedObject {
  const wanted = { resource: SECRETS, object: hostSecret(key, token) };
  return options.errorOnExisting && options.secretName !== undefined
    ? { ...wanted, refuseExisting: `host cluster secret ${key.name} already exists` }
    : wanted;
}

/** @param ca the CA that the member tells, for a kubeconfig without one */
function specOf(entry: ContextEntry, secretName: string, ca: string | undefined): JsonObject {
  const caBundle = entry.insecure ? undefined : (entry.caData ?? ca);
  return {
    apiEndpoint: entry.server,
    ...(caBundle === undefined ? {} : { caBundle }),
    secretRef: { name: secretName },
    ...(entry.insecure ? { disabledTLSValidations: ['*'] } : {}),
    ...(entry.proxyUrl ? { proxyURL: entry.proxyUrl } : {}),
  };
}

function memberObjects(
  options: TokenJoinOptions,
  account: Required<ObjectKey>,
  clusterName: string,
): WantedObject[] {
  const objects = [
    ...serviceAccountObjects(account),
    ...tokenAccessObjects(options.federation, options.admin, account),
  ];
  if (!options.errorOnExisting) return objects;
  return objects.map((wanted) => {
    const message = existsMessage(wanted.resource.kind, account.name, clusterName);
    return message === undefined ? wanted : { ...wanted, refuseExisting: message };
  });
}

/** Source: KubeFed v0.10.0, kubefedctl join --error-on-existing */
function existsMessage(kind: string, account: string, clusterName: string): string | undefined {
  if (kind === 'ServiceAccount') {
    return `service account: ${account} already exists in joining cluster: ${clusterName}`;
  }
  const role = {
    ClusterRole: 'cluster role',
    ClusterRoleBinding: 'cluster role binding',
    Role: 'role',
    RoleBinding: 'role binding',
  }[kind];
  return role === undefined
    ? undefined
    : `${role} for service account ${account} in joining cluster ${clusterName} already exists`;
}

/** An unjoin just before leaves a namespace that takes its time to go, and takes nothing new meanwhile. */
async function untilNotTerminating(ports: JoinPorts, member: Side, name: string): Promise<void> {
  const deadlineMs = ports.clock.nowMs() + NAMESPACE_TIMEOUT_MS;
  for (;;) {
    throwIfInterrupted(ports.signal);
    const found = await readObject(member, NAMESPACES, { name });
    // When the time is up, the message of `ensureObject` is all there is to say.
    if (found === undefined || !isBeingDeleted(found) || ports.clock.nowMs() >= deadlineMs) return;
    ports.terminal.status(`waiting for namespace ${name} of the member to be gone`, '');
    await ports.clock.sleep(POLL_MS, ports.signal);
  }
}

/** @returns token and CA in base64; the token is empty in a dry run that would make the account first */
async function readToken(
  ports: JoinPorts,
  where: { changes: Changes; member: Side; account: Required<ObjectKey> },
): Promise<{ token: string; ca?: string }> {
  const { changes, member, account } = where;
  const deadlineMs = ports.clock.nowMs() + TOKEN_TIMEOUT_MS;
  for (;;) {
    throwIfInterrupted(ports.signal);
    const secret = await readObject(member, SECRETS, account);
    const token = stringAt(secret, 'data', 'token');
    const ca = stringAt(secret, 'data', 'ca.crt');
    if (token !== undefined && token !== '') return { token, ...(ca === undefined ? {} : { ca }) };
    if (changes.dryRun) return { token: '' };
    if (ports.clock.nowMs() >= deadlineMs) throw tokenMissing(member, account);
    ports.terminal.status(`waiting for the token of ServiceAccount ${account.name}`, '');
    await ports.clock.sleep(POLL_MS, ports.signal);
  }
}

function tokenMissing(member: Side, account: Required<ObjectKey>): CommandError {
  return new CommandError(
    'TokenMissing',
    `${member.label}: Secret ${account.namespace}/${account.name} got no token within ${TOKEN_TIMEOUT_MS / 1000} s`,
    ['is the token controller of its kube-controller-manager running?'],
  );
}

function newSecretName(clusterName: string): string {
  return `${clusterName}-${randomBytes(3).toString('hex').slice(0, 5)}`;
}
