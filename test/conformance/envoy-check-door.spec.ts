import { connect } from 'node:http2';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../support/eventually.js';
import { CART, EnvoyWorld, KEYS } from './envoy-world.js';

jest.setTimeout(120_000);

const SEEN_MS = 30_000;

describe('the gRPC door', () => {
  let world: EnvoyWorld;
  let dana: { headers: Record<string, string> };
  beforeAll(async () => {
    world = await EnvoyWorld.start({ SALLYPORT_GRPC_MAX_MESSAGE_BYTES: '131072' });
    dana = { headers: { authorization: `Bearer ${await world.danasToken()}` } };
  });
  afterAll(() => world?.close());

  const message = () => ({
    attributes: { request: { http: { method: 'GET', path: '/records/42', ...dana } } },
  });

  describe('knows an enforcement point', () => {
    it('by either name of its key in the metadata', async () => {
      for (const metadata of [
        { authorization: `bearer ${KEYS.edge}` },
        { 'x-sallyport-key': KEYS.edge },
      ])
        expect((await world.send(message(), { metadata })).code).toBe(0);
    });

    it.each<[string, Record<string, string | string[]>]>([
      ['no key', {}],
      ['an unknown key', { authorization: 'Bearer nobody-has-this' }],
      ['an empty key', { 'x-sallyport-key': '' }],
      ['another scheme', { authorization: `Basic ${KEYS.edge}` }],
      ['a key of 9000 characters', { 'x-sallyport-key': 'k'.repeat(9_000) }],
      ['two keys', { 'x-sallyport-key': [KEYS.edge, KEYS.edge] }],
      ['one good key and one bad', { 'x-sallyport-key': KEYS.edge, authorization: 'Bearer x' }],
    ])('and denies whoever brings %s, in no log', async (_, metadata) => {
      const before = (await world.decisions()).length;
      const reply = await world.send(message(), { metadata });
      expect(reply).toMatchObject({ code: 16, http: 403, reason: 'pep-unauthenticated' });
      expect(reply.headers).not.toHaveProperty('www-authenticate');
      expect(await world.decisions()).toHaveLength(before);
    });

    it('and not by a key in the end user’s request', async () => {
      const headers = { ...dana.headers, 'x-sallyport-key': KEYS.edge };
      const request = { http: { method: 'GET', path: '/records/42', headers } };
      expect((await world.send({ attributes: { request } })).reason).toBe('pep-unauthenticated');
    });

    it('of another tenant, to which Dana and the routes of this one are nothing', async () => {
      const metadata = { 'x-sallyport-key': world.broker.pepKeys.other };
      const reply = await world.send(message(), { metadata });
      expect([reply.code, reply.reason]).toEqual([7, 'route-unknown']);
    });

    it('and does not take the admin token', async () => {
      const metadata = { authorization: `Bearer ${world.broker.adminToken}` };
      expect((await world.send(message(), { metadata })).reason).toBe('pep-unauthenticated');
    });
  });

  describe('has bounds', () => {
    it('a message beyond the limit fails with RESOURCE_EXHAUSTED', async () => {
      const { error, code } = await world.ask('edge', { ...dana, body: 'x'.repeat(200_000) });
      expect([error?.code, code]).toEqual([status.RESOURCE_EXHAUSTED, undefined]);
    });

    it('more than 16 KiB of metadata is a denial', async () => {
      const metadata = { 'x-large': 'x'.repeat(16_384) };
      expect((await world.ask('edge', dana, {}, { metadata })).reason).toBe('pep-unauthenticated');
    });

    it('an unknown method or version is UNIMPLEMENTED', async () => {
      expect(await call('/envoy.service.auth.v3.Authorization/Nothing')).toBe(status.UNIMPLEMENTED);
      expect(await call('/envoy.service.auth.v2.Authorization/Check')).toBe(status.UNIMPLEMENTED);
    });

    it('bytes that are no check are a check that asks nothing: denied, and recorded', async () => {
      const { headers, body } = await postBytes(Buffer.from('\xff\xff\xff\xff', 'latin1'));
      expect(headers).toBe('0');
      expect(body.toString('latin1')).toContain('request-invalid');
      expect(await world.last()).toMatchObject({ decision: false, reasons: ['request-invalid'] });
    });
  });

  describe('keeps time', () => {
    it('a call whose deadline is over gets no allow', async () => {
      for (const deadlineMs of [-1_000, 0, 1]) {
        const { code, error } = await world.ask('edge', dana, {}, { deadlineMs });
        expect([code === 0, error !== undefined || code === 7]).toEqual([false, true]);
      }
    });

    it('a call that is given up hurts nobody', async () => {
      const given = await Promise.all(
        [0, 1, 2, 5].map((cancelAfterMs) => world.ask('edge', dana, {}, { cancelAfterMs })),
      );
      for (const { code, error } of given)
        expect(code === 0 || error?.code === status.CANCELLED).toBe(true);
      expect((await world.ask('edge', dana)).code).toBe(0);
    });

    it('is denied before its deadline while the log does not answer', async () => {
      world.database.swallowAnswers();
      // Later than the deadline the caller would see an error of gRPC in its place.
      const reply = await world.ask('edge', dana, {}, { deadlineMs: 1_000 });
      expect(reply).toMatchObject({ code: 7, http: 503, reason: 'deadline-exceeded' });
      world.database.cut();
    });

    it('is denied after two seconds at most where the caller would wait for ever', async () => {
      world.database.swallowAnswers();
      const reply = await world.ask('edge', dana, {}, { deadlineMs: 60_000 });
      expect(reply).toMatchObject({ code: 7, http: 503, reason: 'deadline-exceeded' });
      world.database.cut();
    });
  });

  describe('says whether it can decide', () => {
    it('SERVING, for the server and for the service; NOT_FOUND for others', async () => {
      await until(async () => (await health('')) === 1, SEEN_MS);
      expect(await health('envoy.service.auth.v3.Authorization')).toBe(1);
      await expect(health('nobody')).rejects.toMatchObject({ code: status.NOT_FOUND });
    });

    it('NOT_SERVING without a database, told to whoever watches', async () => {
      const seen: number[] = [];
      const client = new Client(`127.0.0.1:${world.port}`, credentials.createInsecure());
      const watch = client.makeServerStreamRequest(
        '/grpc.health.v1.Health/Watch',
        encodeService,
        decodeStatus,
        '',
      );
      watch.on('data', (now: number) => seen.push(now));
      watch.on('error', () => undefined);
      await until(() => seen.at(-1) === 1, SEEN_MS);
      world.database.refuse();
      await until(() => seen.at(-1) === 2, SEEN_MS);
      expect(await health('')).toBe(2);
      world.database.allow();
      await until(() => seen.at(-1) === 1, SEEN_MS);
      watch.cancel();
      client.close();
    });
  });

  it('denies with 503 while the log cannot be written, and allows again when it can', async () => {
    await until(async () => (await world.ask('edge', dana)).code === 0, SEEN_MS);
    world.database.refuse();
    const workload = { source: { principal: CART } };
    for (const ask of [
      () => world.ask('edge', dana),
      () => world.ask('edge', {}, workload),
      () => world.ask('monitor', dana),
      () => world.ask('edge', { ...dana, path: '//' }),
    ]) {
      const reply = await ask();
      expect(reply).toMatchObject({ code: 7, http: 503 });
      expect(['audit-unavailable', 'deadline-exceeded']).toContain(reply.reason);
    }
    world.database.allow();
    await until(async () => (await world.ask('edge', dana)).code === 0, SEEN_MS);
    expect(await world.expectSoundAllows()).toBeGreaterThan(0);
  });

  const health = (service: string) => {
    const client = new Client(`127.0.0.1:${world.port}`, credentials.createInsecure());
    return new Promise<number | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        encodeService,
        decodeStatus,
        service,
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    }).finally(() => client.close());
  };

  const call = (path: string) => {
    const client = new Client(`127.0.0.1:${world.port}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('x-sallyport-key', KEYS.edge);
    const bytes = (value: Buffer) => value;
    return new Promise<number | undefined>((resolve) => {
      client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), metadata, (error) =>
        resolve(error?.code),
      );
    }).finally(() => client.close());
  };

  /** A message as it is on the wire: a byte for compression, four for the length. */
  const postBytes = async (bytes: Buffer) => {
    const session = connect(`http://127.0.0.1:${world.port}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/envoy.service.auth.v3.Authorization/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-sallyport-key': KEYS.edge,
    });
    const trailers = new Promise<string>((resolve) => {
      stream.on('trailers', (sent) => resolve(String(sent['grpc-status'])));
    });
    stream.end(Buffer.concat([Buffer.of(0, 0, 0, 0, bytes.length), bytes]));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    session.close();
    return { headers: await trailers, body: Buffer.concat(chunks) };
  };
});

/** HealthCheckRequest and HealthCheckResponse have one member each, number 1. */
function encodeService(service: string): Buffer {
  return service === ''
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.of(0x0a, service.length), Buffer.from(service)]);
}

function decodeStatus(bytes: Buffer): number {
  return bytes[1] ?? 0;
}
