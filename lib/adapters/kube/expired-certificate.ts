import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as tls from 'node:tls';

const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const LONGEST_CHAIN = 8;

/**
 * Judges a certificate whose dates do not count. TLS tells one fault only, and of several the date is what it tells: an
 * expired certificate may besides come from anybody, and for any name. So both are checked here once more.
 *
 * @param host left out when the name does not count either
 * @returns why the server is not to be trusted; undefined when it is
 */
export function refusalWithoutDates(
  socket: tls.TLSSocket,
  ca: string | undefined,
  host: string | undefined,
): string | undefined {
  if (socket.authorized) return undefined;
  const fault = String(socket.authorizationError);
  if (!EXPIRED.has(fault)) return fault;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined || !isTrusted(certificate, anchorsOf(ca))) {
    return `${fault}, and no known authority has signed it`;
  }
  return host === undefined || isFor(certificate, host) ? undefined : `not for ${host}`;
}

function isFor(certificate: X509Certificate, host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  return (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(host)) !== undefined;
}

function anchorsOf(ca: string | undefined): X509Certificate[] {
  const pems = ca?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (pems ?? (ca === undefined ? tls.rootCertificates : [])).map(
    (pem) => new X509Certificate(pem),
  );
}

function isTrusted(certificate: X509Certificate, anchors: X509Certificate[], depth = 0): boolean {
  const isKnown = anchors.some(
    (anchor) =>
      anchor.fingerprint256 === certificate.fingerprint256 || hasSigned(anchor, certificate),
  );
  if (isKnown) return true;
  const issuer = certificate.issuerCertificate;
  if (issuer === undefined || depth >= LONGEST_CHAIN || !hasSigned(issuer, certificate)) {
    return false;
  }
  return isTrusted(issuer, anchors, depth + 1);
}

function hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
