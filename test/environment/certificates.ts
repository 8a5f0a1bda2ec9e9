import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A private key and the certificate of its public key, both PEM. */
export interface Certificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A certificate authority that lives in memory. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** Issues a server certificate for IPv4 addresses and DNS names. */
  issue(commonName: string, hosts: { addresses: string[]; dnsNames: string[] }): Certificate;
}

interface Subject {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

interface Issuer {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const HOUR_MS = 3_600_000;
const VALID_DAYS = 3650;

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;

/**
 * Makes a certificate authority with a P-256 key, so that no openssl is needed. Certificates are
 * valid from an hour ago for ten years.
 *
 * Source: RFC 5280, certificate and extension profile.
 */
export function createCertificateAuthority(commonName: string): CertificateAuthority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Issuer = { commonName, publicKey, privateKey };
  const certificatePem = signCertificate(issuer, {
    commonName,
    publicKey,
    extensions: [
      extension(OID.basicConstraints, true, sequence(der(TAG.boolean, Buffer.from([0xff])))),
      // keyCertSign and cRLSign, bits 5 and 6
      extension(OID.keyUsage, true, der(TAG.bitString, Buffer.from([1, 0b0000_0110]))),
    ],
  });
  return {
    certificatePem,
    issue(name, { addresses, dnsNames }) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = [
        ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
        ...dnsNames.map((dnsName) => der(0x82, Buffer.from(dnsName))),
      ];
      return {
        certificatePem: signCertificate(issuer, {
          commonName: name,
          publicKey: keys.publicKey,
          extensions: [
            // digitalSignature, bit 0
            extension(OID.keyUsage, true, der(TAG.bitString, Buffer.from([7, 0b1000_0000]))),
            extension(OID.extendedKeyUsage, false, sequence(oid(OID.serverAuthentication))),
            extension(OID.subjectAlternativeName, false, sequence(...names)),
          ],
        }),
        privateKeyPem: exportPrivateKey(keys.privateKey),
      };
    },
  };
}

/** Makes a P-256 private key, PEM (SEC 1, the form that an API server reads for service accounts). */
export function createPrivateKeyPem(): string {
  return exportPrivateKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

function exportPrivateKey(key: KeyObject): string {
  return key.export({ type: 'sec1', format: 'pem' }).toString();
}

function signCertificate(issuer: Issuer, subject: Subject): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const now = Date.now();
  const version3 = der(0xa0, der(TAG.integer, Buffer.from([2])));
  const serial = randomBytes(16);
  // A serial number is a positive integer in its shortest form.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const toBeSigned = sequence(
    version3,
    der(TAG.integer, serial),
    algorithm,
    distinguishedName(issuer.commonName),
    sequence(utcTime(now - HOUR_MS), utcTime(now + VALID_DAYS * 24 * HOUR_MS)),
    distinguishedName(subject.commonName),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        ...subject.extensions,
        extension(
          OID.subjectKeyIdentifier,
          false,
          der(TAG.octetString, keyIdentifier(subject.publicKey)),
        ),
        extension(
          OID.authorityKeyIdentifier,
          false,
          sequence(der(0x80, keyIdentifier(issuer.publicKey))),
        ),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  const certificate = sequence(
    toBeSigned,
    algorithm,
    der(TAG.bitString, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function distinguishedName(commonName: string): Buffer {
  const attribute = sequence(oid(OID.commonName), der(TAG.utf8String, Buffer.from(commonName)));
  return sequence(der(TAG.set, attribute));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [der(TAG.boolean, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...critical, der(TAG.octetString, value));
}

function utcTime(timeMs: number): Buffer {
  // 2026-01-02T03:04:05.678Z becomes 260102030405Z
  const text = `${new Date(timeMs).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;
  return der(TAG.utcTime, Buffer.from(text));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.oid, Buffer.from(bytes));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(TAG.sequence, ...parts);
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
