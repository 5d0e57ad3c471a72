import { Agent } from 'node:http';
import { expect, it, jest } from '@jest/globals';
import { entriesOf } from '../support/log.js';
import { eventually } from '../../support/eventually.js';
import { describeGateways } from './scene.js';

jest.setTimeout(120_000);

describeGateways('a gateway with the configuration that we ship', (scene) => {
  it('lets through what is permitted, and the application learns from Sallyport who asks', async () => {
    const { upstream, dana } = scene();
    const answer = await dana({ path: '/records/42?page=2' });
    expect(answer).toMatchObject({ status: 200, body: 'rows of the ledger', reached: 1 });
    const { url, headers } = upstream.received.at(-1) ?? {};
    expect(url).toBe('/records/42?page=2');
    expect(headers).toMatchObject({
      'x-sallyport-subject': 'user:dana@acme.example',
      'x-decision-id': answer.headers['x-decision-id'],
    });
    for (const name of ['authorization', 'x-sallyport-key', 'x-sallyport-groups'])
      expect(headers).not.toHaveProperty(name);
  });

  it('records what it asked, with the address that it saw itself', async () => {
    const { broker, dana } = scene();
    const headers = { 'x-forwarded-for': '84.128.0.1', 'x-real-ip': '84.128.0.1' };
    const { headers: answered, reached } = await dana({ path: '/records/42', headers });
    expect(reached).toBe(1);
    const id = String(answered['x-decision-id']);
    const { entry } = await eventually(`decision ${id} is listed`, async () =>
      (await entriesOf(broker, {})).find((listed) => listed.entry.id === id),
    );
    expect(entry).toMatchObject({
      decision: true,
      action: 'read',
      resource: { type: 'record', id: '42' },
      facts: { network: { ip: '127.0.0.1' } },
    });
  });

  it('answers 403 to a denial, with a reason that can be quoted', async () => {
    const { status, headers, body, reached } = await scene().dana({ path: '/db' });
    expect({ status, reached }).toEqual({ status: 403, reached: 0 });
    expect(headers['x-sallyport-reason']).toBe('country-unknown');
    expect(body).toBe(
      `403 country-unknown: The address could not be placed in a country. Decision ${String(headers['x-decision-id'])}.\n`,
    );
  });

  it('answers 401 with a challenge to whoever brings no token, or a bad one', async () => {
    const { anybody } = scene();
    const nobody = await anybody({ path: '/records/42' });
    expect(nobody).toMatchObject({ status: 401, reached: 0 });
    expect(nobody.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    const bad = { path: '/records/42', headers: { authorization: 'Bearer nonsense' } };
    const forger = await anybody(bad);
    expect(forger).toMatchObject({ status: 401, reached: 0 });
    expect(forger.headers['www-authenticate']).toMatch(/error="invalid_token"/);
  });

  it('judges every method by its own route', async () => {
    const { upstream, dana } = scene();
    for (const method of ['HEAD', 'OPTIONS']) {
      expect(await dana({ method, path: '/records/42' })).toMatchObject({
        status: 200,
        reached: 1,
      });
      expect(upstream.received.at(-1)).toMatchObject({ method, url: '/records/42' });
    }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'POST', 'TRACE', 'PROPFIND', 'OPTIONS']) {
      const { status, reached } = await dana({ method, path: '/db' });
      expect(status).toBeGreaterThanOrEqual(403);
      expect(reached).toBe(0);
    }
    expect(await dana({ method: 'HEAD', path: '/db' })).toMatchObject({ status: 403, body: '' });
  });

  it('judges every request of a connection that is kept, each by itself', async () => {
    const { dana, anybody } = scene();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const ports = new Set<number>();
      for (let round = 0; round < 3; round += 1) {
        const permitted = await dana({ path: '/records/42', agent });
        const unknown = await anybody({ path: '/records/42', agent });
        const denied = await dana({ path: '/db', agent });
        expect([permitted, unknown, denied].map(({ status }) => status)).toEqual([200, 401, 403]);
        for (const { localPort } of [permitted, unknown, denied]) ports.add(localPort);
      }
      // A gateway may close after a denial, but not after every answer.
      expect(ports.size).toBeLessThan(9);
    } finally {
      agent.destroy();
    }
  });

  it('never confuses requests that arrive at the same time', async () => {
    const { dana, anybody } = scene();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => {
        if (n % 3 === 0) return dana({ path: '/records/42' });
        return n % 3 === 1 ? dana({ path: '/db' }) : anybody({ path: '/records/42' });
      }),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual(answers.map((_, n) => [200, 403, 401][n % 3]));
    const ids = new Set(answers.map(({ headers }) => headers['x-decision-id']));
    expect(ids.size).toBe(60);
  });

  it('lets a WebSocket through only where the request for it is permitted', async () => {
    const { upstream, dana } = scene();
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const answer = await dana({ path: '/records/42', headers });
    expect(answer).toMatchObject({ status: 101, body: 'hello', reached: 1 });
    expect(upstream.received.at(-1)?.headers['x-sallyport-subject']).toBe('user:dana@acme.example');
    expect(await dana({ path: '/db', headers })).toMatchObject({ status: 403, reached: 0 });
  });
});
