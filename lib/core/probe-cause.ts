/** How a request failed that no answer, or a refusal, came back to. Of the port's error what can be told apart. */
export interface ProbeFailure {
  readonly kind: string;
  readonly status?: number;
  readonly message: string;
}

const BY_CODE: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'DNS: the name of the API server cannot be resolved'],
  [/ECONNREFUSED/, 'TCP: connection refused'],
  [/no TCP connection|ETIMEDOUT/, 'TCP: timeout, nothing answers at the address'],
  [/EHOSTUNREACH|ENETUNREACH/, 'TCP: no route to the address'],
  [/CERT_HAS_EXPIRED/, 'TLS: the certificate of the API server has expired'],
  [/CERT_NOT_YET_VALID/, 'TLS: the certificate of the API server is not valid yet'],
  [/ALTNAME_INVALID|not for /, 'TLS: the certificate of the API server is for another name'],
  [
    /SELF_SIGNED|UNABLE_TO_|DEPTH_ZERO|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|no known authority/,
    'TLS: the certificate of the API server is not signed by the CA that the KubeFedCluster names',
  ],
  [/TLS handshake|EPROTO|ERR_SSL/, 'TLS: the handshake failed'],
];

/**
 * Says in words why a member could not be probed: the layer that failed first, then what was heard there. Two failures
 * for the same reason read the same, so that a status is not written again for each.
 *
 * @returns at most some 300 characters
 * Source: Node 24, error codes of dns, net and tls; the answers of kube-apiserver's `/healthz`
 */
export function probeCause({ kind, status, message }: ProbeFailure): string {
  if (status === 401) return `401 Unauthorized: the credentials are not accepted (${message})`;
  if (status === 403) return `403 Forbidden: the credentials may not GET /healthz (${message})`;
  if (status !== undefined) return `HTTP ${status}: ${failedChecks(message)}`;
  const layer = BY_CODE.find(([pattern]) => pattern.test(message))?.[1];
  // Node goes on after a semicolon with what a developer might try.
  if (layer !== undefined) return `${layer} (${message.split(';')[0]})`;
  return kind === 'TimedOut' ? `timeout: ${message}` : message;
}

/** Of a list of checks, those that failed; the order and the others may change from probe to probe. */
function failedChecks(body: string): string {
  const failed = body.split('\n').filter((line) => line.startsWith('[-]'));
  return (failed.length > 0 ? failed.sort() : body.split('\n').slice(0, 1)).join(', ');
}
