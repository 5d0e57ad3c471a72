import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key in PEM, made for one test run. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority extends TestCertificate {
  /** Signs a certificate with these names, valid from an hour ago for a day. */
  issue(names: {
    readonly uris?: readonly string[];
    readonly dns?: readonly string[];
  }): TestCertificate;
}

/** A certificate authority of its own, on P-256 (RFC 5280). */
export function createAuthority(name: string): TestAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf(name);
  const own = certificate({ issuer, subject: issuer, publicKey, signer: privateKey }, [
    extension('551d13', sequence(tagged(0x01, Buffer.of(0xff)))),
  ]);
  return {
    ...own,
    key: pem(privateKey),
    issue: ({ uris = [], dns = [] }) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = [
        ...dns.map((text) => tagged(0x82, Buffer.from(text))),
        ...uris.map((text) => tagged(0x86, Buffer.from(text))),
      ];
      const { cert } = certificate(
        { issuer, subject: nameOf('leaf'), publicKey: pair.publicKey, signer: privateKey },
        [extension('551d11', sequence(...names))],
      );
      return { cert, key: pem(pair.privateKey) };
    },
  };
}

interface Body {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
}

const ECDSA_WITH_SHA256 = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const DAY_MS = 86_400_000;

function certificate({ issuer, subject, publicKey, signer }: Body, extensions: Buffer[]) {
  const nowMs = Date.now();
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(timeOf(nowMs - DAY_MS / 24), timeOf(nowMs + DAY_MS)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, signer)]);
  const der = sequence(body, ECDSA_WITH_SHA256, tagged(0x03, signature));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}

function nameOf(commonName: string): Buffer {
  const pair = sequence(
    tagged(0x06, Buffer.from('550403', 'hex')),
    tagged(0x0c, Buffer.from(commonName)),
  );
  return sequence(tagged(0x31, pair));
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(tagged(0x06, Buffer.from(oid, 'hex')), tagged(0x04, value));
}

/** UTCTime: YYMMDDhhmmssZ */
function timeOf(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** Distinguished encoding: tag, length, value. */
function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), value]);
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
