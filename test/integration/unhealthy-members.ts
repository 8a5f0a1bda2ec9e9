/** KubeFedClusters that cannot be probed, each for a reason of its own. */
import { vi } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { KUBEFED_CLUSTERS, SECRETS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import { startHttp2Server, startSilentServer } from '../adapters/kube/http2-server.ts';
import { createCertificateAuthority } from '../environment/certificates.ts';
import type { FastCluster } from '../environment/fast-federation.ts';
import { must } from '../walkthrough/objects.ts';

const namespace = 'kube-federation-system';
const HERE = { addresses: ['127.0.0.1'], dnsNames: ['localhost'] };
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** Registers a cluster that is reached with a token, as KubeFed's own join does. */
export async function register(
  host: Cluster,
  name: string,
  { token, ...spec }: { apiEndpoint: string; caBundle: string; token?: string },
): Promise<void> {
  if (token !== undefined) {
    const data = { token: Buffer.from(token).toString('base64') };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, data };
    must(await host.create(SECRETS, secret));
  }
  const object: JsonObject = {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'KubeFedCluster',
    metadata: { namespace, name },
    spec: { ...spec, secretRef: { name } },
  };
  must(await host.create(KUBEFED_CLUSTERS, object));
}

/**
 * @param real an API server that is well
 * @param forbidden a token that it knows, of somebody who may do nothing there
 * @returns what to call in the end
 */
export async function registerUnhealthy(
  host: Cluster,
  { plane }: FastCluster,
  forbidden: string,
): Promise<() => Promise<void>> {
  const authority = createCertificateAuthority('ours');
  const caOf = (pem: string) => Buffer.from(pem).toString('base64');
  const caBundle = caOf(authority.certificatePem);
  const failing = await startHttp2Server(
    ({ stream }) => {
      stream.respond({ ':status': 500 });
      stream.end('[+]ping ok\n[-]etcd failed: reason withheld\nhealthz check failed\n');
    },
    authority.issue('failing', HERE),
  );
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - TEN_YEARS_MS - 7_200_000);
  const old = authority.issue('expired', HERE);
  now.mockRestore();
  const expired = await startHttp2Server(({ stream }) => stream.close(), old);
  const silent = await startSilentServer();
  const token = 'nonsense';
  const trusted = { apiEndpoint: plane.url, caBundle: plane.caData };
  await register(host, 'wrong-ca', { apiEndpoint: plane.url, caBundle, token });
  await register(host, 'unknown-token', { ...trusted, token });
  await register(host, 'forbidden', { ...trusted, token: forbidden });
  await register(host, 'no-secret', trusted);
  await register(host, 'failing', { apiEndpoint: failing.url, caBundle, token });
  await register(host, 'expired', { apiEndpoint: expired.url, caBundle, token });
  await register(host, 'silent', { apiEndpoint: silent.url, caBundle, token });
  await register(host, 'no-name', { apiEndpoint: 'https://no-such-host.invalid', caBundle, token });
  await register(host, 'no-server', { apiEndpoint: 'https://127.0.0.1:1', caBundle, token });
  return async () => {
    await Promise.all([failing.stop(), expired.stop(), silent.stop()]);
  };
}
