import { describe, expect, it } from 'vitest';
import { probeCause } from '../../lib/core/probe-cause.ts';

const unreachable = (message: string) => ({ kind: 'Unreachable', message });
const timedOut = (message: string) => ({ kind: 'TimedOut', message });
const refused = (status: number, message: string) => ({ kind: 'ServerError', status, message });

describe('probeCause', () => {
  it.each([
    [unreachable('getaddrinfo ENOTFOUND api.example.com'), /^DNS: .*api\.example\.com/],
    [unreachable('getaddrinfo EAI_AGAIN api.example.com'), /^DNS: /],
    [unreachable('connect ECONNREFUSED 10.0.0.1:443'), /^TCP: connection refused .*10\.0\.0\.1/],
    [unreachable('connect EHOSTUNREACH 10.0.0.1:443'), /^TCP: no route/],
    [timedOut('GET /healthz: no TCP connection within 3000 ms'), /^TCP: timeout/],
    [timedOut('GET /healthz: TLS handshake not finished within 3000 ms'), /^TLS: .*handshake/],
    [timedOut('GET /healthz: no answer within 3000 ms'), /^timeout: GET \/healthz/],
    [unreachable('CERT_HAS_EXPIRED: certificate has expired'), /^TLS: .* has expired/],
    [unreachable('SELF_SIGNED_CERT_IN_CHAIN: self-signed'), /^TLS: .* not signed by the CA/],
    [
      unreachable('UNABLE_TO_VERIFY_LEAF_SIGNATURE: no issuer; try this'),
      /^TLS: .* not signed by.*no issuer\)$/,
    ],
    [unreachable('ERR_TLS_CERT_ALTNAME_INVALID: IP: 10.0.0.1'), /^TLS: .* another name/],
    [{ kind: 'Unauthorized', status: 401, message: 'Unauthorized' }, /^401 Unauthorized: /],
    [{ kind: 'Forbidden', status: 403, message: 'no' }, /^403 Forbidden: .*\/healthz/],
    [refused(503, 'Service Unavailable'), /^HTTP 503: Service Unavailable$/],
    [unreachable('something else'), /^something else$/],
  ])('says of %j which layer failed', (failure, cause) => {
    expect(probeCause(failure)).toMatch(cause);
  });

  it('names of many checks those that failed, in one order', () => {
    const body = (...lines: string[]) => refused(500, `${lines.join('\n')}\nhealthz check failed`);
    const cause = 'HTTP 500: [-]etcd failed: reason withheld, [-]ping failed';

    expect(probeCause(body('[+]log ok', '[-]ping failed', '[-]etcd failed: reason withheld'))).toBe(
      cause,
    );
    expect(probeCause(body('[-]etcd failed: reason withheld', '[-]ping failed'))).toBe(cause);
  });
});
