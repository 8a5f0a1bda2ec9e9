import { createHash } from 'node:crypto';
import { type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { SECRETS } from '../../model/resources.ts';
import type { ApiResult, Cluster, Members } from '../../ports.ts';
import { connectEks, type EksAccessOptions } from '../eks/access.ts';
import { kubeCluster } from './cluster.ts';
import { type Connection, openConnection } from './connection.ts';

const TOKEN_REREAD_MS = 60_000;

/**
 * Reaches members as their KubeFedCluster says: `spec.eks` by IAM, else `spec.apiEndpoint` with the token of
 * `spec.secretRef`. One connection per member is kept for as long as its spec stays the same.
 *
 * @param clusterOver what is made of a connection
 */
export function kubeMembers(
  host: Cluster,
  access: EksAccessOptions,
  requestTimeoutMs?: number,
  clusterOver: (connection: Connection) => Cluster = (connection) =>
    kubeCluster(connection, requestTimeoutMs),
): Members {
  const known = new Map<string, { fingerprint: string; cluster: Promise<ApiResult<Cluster>> }>();

  async function open(kubeFedCluster: JsonObject): Promise<ApiResult<Cluster>> {
    const name = stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
    try {
      const connection = await connectMember(host, kubeFedCluster, access);
      return { ok: true, value: clusterOver(connection) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `KubeFedCluster ${name} cannot be reached: ${reason}`;
      return { ok: false, error: { kind: 'Unreachable', message } };
    }
  }

  return {
    async connect(kubeFedCluster) {
      const name = stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
      const fingerprint = fingerprintOf(kubeFedCluster);
      const kept = known.get(name);
      if (kept?.fingerprint === fingerprint) return kept.cluster;
      const cluster = open(kubeFedCluster);
      known.set(name, { fingerprint, cluster });
      const opened = await cluster;
      if (!opened.ok && known.get(name)?.cluster === cluster) known.delete(name);
      return opened;
    },
  };
}

/**
 * Opens a connection as the KubeFedCluster says.
 *
 * @throws when the KubeFedCluster does not say how, or credentials are missing; the SDK's error when AWS refuses
 */
export function connectMember(
  host: Cluster,
  kubeFedCluster: JsonObject,
  access: EksAccessOptions,
): Promise<Connection> {
  const eks = objectAt(kubeFedCluster, 'spec', 'eks');
  return eks === undefined
    ? openWithSecret(host, kubeFedCluster, access.nowMs)
    : connectEks(eksRef(eks), access);
}

function fingerprintOf(kubeFedCluster: JsonObject): string {
  const uid = stringAt(kubeFedCluster, 'metadata', 'uid') ?? '';
  const spec = JSON.stringify(kubeFedCluster['spec'] ?? {});
  return createHash('sha256').update(uid).update(spec).digest('base64');
}

/** @returns what `spec.eks` of a KubeFedCluster says */
export function eksRef(eks: JsonObject) {
  const roleArn = stringAt(eks, 'roleArn');
  return {
    clusterName: stringAt(eks, 'clusterName') ?? '',
    region: stringAt(eks, 'region') ?? '',
    ...(roleArn === undefined ? {} : { roleArn }),
  };
}

async function openWithSecret(
  host: Cluster,
  kubeFedCluster: JsonObject,
  nowMs: () => number,
): Promise<Connection> {
  const spec = objectAt(kubeFedCluster, 'spec');
  const endpoint = stringAt(spec, 'apiEndpoint');
  const secretName = stringAt(spec, 'secretRef', 'name');
  if (!endpoint) throw new Error('spec.apiEndpoint is empty; set it to the URL of the API server');
  if (!secretName) throw new Error('neither spec.eks nor spec.secretRef.name is set; set one');
  const proxyUrl = stringAt(spec, 'proxyURL');
  const namespace = stringAt(kubeFedCluster, 'metadata', 'namespace') ?? '';
  const authorization = secretToken(host, { namespace, name: secretName }, nowMs);
  await authorization();
  const ca = stringAt(spec, 'caBundle');
  return openConnection({
    url: endpoint.includes('://') ? endpoint : `https://${endpoint}`,
    ...(ca ? { ca: Buffer.from(ca, 'base64').toString('utf8') } : {}),
    authorization,
    ...(proxyUrl ? { proxyUrl } : {}),
    disabledTlsValidations: listAt(spec, 'disabledTLSValidations').map(String),
  });
}

/** A rotated token is noticed within a minute: the Secret is read again, not watched. */
function secretToken(
  host: Cluster,
  key: { namespace: string; name: string },
  nowMs: () => number,
): () => Promise<string> {
  let current: { value: string; readAtMs: number } | undefined;
  return async () => {
    if (current !== undefined && nowMs() < current.readAtMs + TOKEN_REREAD_MS) return current.value;
    const secret = await host.get(SECRETS, key);
    if (!secret.ok && current !== undefined && secret.error.kind !== 'NotFound')
      return current.value;
    const where = `Secret ${key.namespace}/${key.name}`;
    if (!secret.ok) throw new Error(`${where}: ${secret.error.message}`);
    const token = stringAt(secret.value, 'data', 'token');
    if (!token) throw new Error(`${where} has no data.token; put the ServiceAccount's token there`);
    const value = `Bearer ${Buffer.from(token, 'base64').toString('utf8')}`;
    current = { value, readAtMs: nowMs() };
    return value;
  };
}
