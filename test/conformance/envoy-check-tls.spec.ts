import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createAuthority, type TestCertificate } from '../support/certificates.js';
import { type EnvoyCall, EnvoyClient } from '../support/envoy-client.js';
import { EDGE, EnvoyWorld, KEYS } from './envoy-world.js';

jest.setTimeout(120_000);

const NAME = { 'grpc.ssl_target_name_override': 'broker.example' };

describe('the gRPC door with mutual TLS', () => {
  const authority = createAuthority('mesh.example');
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificates-'));
  let world: EnvoyWorld;
  let dana: object;
  beforeAll(async () => {
    const server = authority.issue({ dns: ['broker.example'] });
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    world = await EnvoyWorld.start({
      SALLYPORT_GRPC_TLS_CERT_FILE: file('server.pem', server.cert),
      SALLYPORT_GRPC_TLS_KEY_FILE: file('server.key', server.key),
      SALLYPORT_GRPC_TLS_CLIENT_CA_FILE: file('clients.pem', authority.cert),
    });
    const headers = { authorization: `Bearer ${await world.danasToken()}` };
    dana = { attributes: { request: { http: { method: 'GET', path: '/records/42', headers } } } };
  });
  afterAll(async () => {
    try {
      expect(await world.expectSoundAllows()).toBeGreaterThan(0);
    } finally {
      await world?.close();
      rmSync(folder, { recursive: true });
    }
  });

  const ask = async (client: TestCertificate | undefined, call: EnvoyCall = {}) => {
    const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
    const channel = credentials.createSsl(
      Buffer.from(authority.cert),
      pem(client?.key),
      pem(client?.cert),
    );
    const envoy = new EnvoyClient(world.port, channel, NAME);
    try {
      return await world.send(dana, { deadlineMs: 5_000, ...call }, envoy);
    } finally {
      envoy.close();
    }
  };
  const issue = (...uris: string[]) => authority.issue({ uris });

  it('knows the enforcement point by the SPIFFE ID of its certificate', async () => {
    expect((await ask(issue(EDGE))).code).toBe(0);
    expect((await world.last()).pep).toBe('certified');
  });

  it.each([
    ['another SPIFFE ID', [`${EDGE}-2`]],
    ['two URIs', [EDGE, 'spiffe://mesh.example/other']],
    ['a URI that is almost it', [`${EDGE}/`]],
    ['no URI', []],
  ])('denies whoever has a certificate with %s and no key', async (_, uris) => {
    expect(await ask(issue(...uris))).toMatchObject({ code: 16, reason: 'pep-unauthenticated' });
  });

  it('does not read a second name into one that was made to look like two', async () => {
    const forged = authority.issue({ dns: [`a, URI:${EDGE}, DNS:b`] });
    expect((await ask(forged)).reason).toBe('pep-unauthenticated');
  });

  it('takes a key from a client with any certificate of the authority, but then it must be good', async () => {
    const key = (text: string) => ({ metadata: { 'x-sallyport-key': text } });
    expect((await ask(issue(), key(KEYS.edge))).code).toBe(0);
    expect((await world.last()).pep).toBe('edge');
    expect((await ask(issue(EDGE), key('nobody-has-this'))).code).toBe(16);
  });

  it('talks to nobody without a certificate of the authority', async () => {
    const forged = createAuthority('mesh.example').issue({ uris: [EDGE] });
    for (const client of [undefined, forged]) {
      const { code, error } = await ask(client, { metadata: { 'x-sallyport-key': KEYS.edge } });
      expect([code, error === undefined]).toEqual([undefined, false]);
    }
  });
});
