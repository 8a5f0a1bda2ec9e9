import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ConnectionOptions, openConnection } from '../../../lib/adapters/kube/connection.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../environment/certificates.ts';
import { type Http2Server, startHttp2Server } from './http2-server.ts';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const HERE = { addresses: ['127.0.0.1'], dnsNames: ['localhost'] };
const ELSEWHERE = { addresses: ['192.0.2.1'], dnsNames: ['elsewhere.example.com'] };

/** Certificates last ten years: this one began twenty years ago. */
function expired(authority: CertificateAuthority, hosts: typeof HERE) {
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 20 * 365 * 86_400_000);
  const certificate = authority.issue('old', hosts);
  now.mockRestore();
  return certificate;
}

const authority = createCertificateAuthority('ours');
const otherAuthority = createCertificateAuthority('other');
const certificates = {
  good: authority.issue('good', HERE),
  'of another authority': otherAuthority.issue('foreign', HERE),
  'for another name': authority.issue('elsewhere', ELSEWHERE),
  expired: expired(authority, HERE),
  'expired, of another authority': expired(otherAuthority, HERE),
  'expired, for another name': expired(authority, ELSEWHERE),
};

async function serve(certificate: keyof typeof certificates): Promise<Http2Server> {
  const server = await startHttp2Server(({ stream }) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  }, certificates[certificate]);
  stops.push(server.stop);
  return server;
}

async function ask(url: string, options: Partial<ConnectionOptions> = {}): Promise<string> {
  const ca = authority.certificatePem;
  const connection = openConnection({ url, ca, authorization: () => 'Bearer t', ...options });
  stops.push(connection.close);
  return (await connection.request({ method: 'GET', path: '/', timeoutMs: 5000 })).body;
}

describe('openConnection over TLS', () => {
  it('trusts the given authority, and takes the host in any case', async () => {
    const { url } = await serve('good');

    expect(await ask(url)).toBe('ok');
    expect(await ask(url.replace('127.0.0.1', 'LOCALHOST'))).toBe('ok');
  });

  it.each<[keyof typeof certificates, string]>([
    ['of another authority', 'unable to verify the first certificate'],
    ['for another name', "IP: 127.0.0.1 is not in the cert's list"],
    ['expired', 'certificate has expired'],
  ])('refuses a certificate %s', async (certificate, message) => {
    const { url } = await serve(certificate);

    await expect(ask(url)).rejects.toThrow(message);
  });

  it.each<[keyof typeof certificates, string]>([
    ['for another name', 'SubjectName'],
    ['expired', 'ValidityPeriod'],
    ['of another authority', '*'],
    ['expired, for another name', '*'],
  ])('takes a certificate %s when validation of %s is off', async (certificate, validation) => {
    const { url } = await serve(certificate);

    expect(await ask(url, { disabledTlsValidations: [validation] })).toBe('ok');
  });

  it('takes an expired certificate by the name of its host, too', async () => {
    const url = (await serve('expired')).url.replace('127.0.0.1', 'localhost');

    expect(await ask(url, { disabledTlsValidations: ['ValidityPeriod'] })).toBe('ok');
  });

  it('takes a certificate that is expired and for another name when both are off', async () => {
    const { url } = await serve('expired, for another name');

    expect(await ask(url, { disabledTlsValidations: ['SubjectName', 'ValidityPeriod'] })).toBe(
      'ok',
    );
  });

  it.each<[keyof typeof certificates, string]>([
    ['of another authority', 'SubjectName'],
    ['expired', 'SubjectName'],
    ['of another authority', 'ValidityPeriod'],
    ['for another name', 'ValidityPeriod'],
    ['expired, of another authority', 'ValidityPeriod'],
    ['expired, for another name', 'ValidityPeriod'],
  ])(
    'still refuses a certificate %s when only validation of %s is off',
    async (certificate, validation) => {
      const server = await serve(certificate);

      await expect(ask(server.url, { disabledTlsValidations: [validation] })).rejects.toThrow();
      expect(server.requests).toEqual([]);
    },
  );

  it('takes anything when validation is off, whatever else is said', async () => {
    const { url } = await serve('expired, of another authority');

    expect(await ask(url, { disabledTlsValidations: ['*', 'ValidityPeriod'] })).toBe('ok');
  });

  it('shows a client certificate when it has one', async () => {
    const server = await serve('good');
    const { certificatePem: cert, privateKeyPem: key } = authority.issue('operator', HERE);
    await ask(server.url, { clientCertificate: { cert, key } });

    const socket = server.sessions[0]?.socket as TLSSocket | undefined; // the server speaks TLS only
    expect(socket?.getPeerCertificate().subject.CN).toBe('operator');
  });
});
