import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';

jest.setTimeout(60_000);

describe('bad bytes', () => {
  let broker: TestBroker;
  let session: string;
  beforeAll(async () => {
    broker = await startInProcess();
    const { email, password } = broker.person('dana@acme.example');
    session = await broker.client.signIn('acme', email, password);
  });
  // Also shows that no connection was left behind: the server waits for each.
  afterAll(() => broker.close(), 10_000);

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    [
      'two lengths',
      'POST /access/v1/evaluation HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'a length and chunks',
      'POST /access/v1/evaluation HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a negative length',
      'POST /access/v1/evaluation HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      400,
    ],
    [
      'a broken chunk',
      `POST /oauth2/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
    [
      'a socket that nobody signed in for',
      'GET /graphql HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      401,
    ],
    [
      'a socket at a door that has none',
      'POST /oauth2/token HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      401,
    ],
    [
      'a header with a line break in its name',
      'GET /livez HTTP/1.1\r\nHost: a\r\nX\n: b\r\n\r\n',
      400,
    ],
    [
      'headers of 20000 characters',
      `GET /livez HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('%s on the wire is answered with %3$i', async (_what, bytes, status) => {
    expect(await onTheWire(broker.url, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each([
    ['without a session', {}, 'own', 401],
    ['with a session that is over', { cookie: 'sallyport_session=acme.AAAA' }, 'own', 401],
    ['from another origin', { cookie: '$session' }, 'https://evil.example', 403],
    ['from no origin', { cookie: '$session' }, undefined, 403],
  ] as const)('a socket %s is refused', async (_what, headers, origin, status) => {
    const { status: answered } = await handshake(
      broker.url,
      origin === 'own' ? broker.url : origin,
      {
        ...headers,
        ...('cookie' in headers && {
          cookie: headers.cookie === '$session' ? session : headers.cookie,
        }),
      },
    );
    expect(answered).toBe(status);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['an unknown type', '{"type":"shout"}'],
    [
      'a subscription before the greeting',
      '{"id":"1","type":"subscribe","payload":{"query":"{me{id}}"}}',
    ],
    ['a prototype', '{"type":"connection_init","payload":{"__proto__":{"viewer":{}}}}'],
    ['a mebibyte', `{"type":"connection_init","payload":{"a":"${'x'.repeat(1_048_576)}"}}`],
  ])('%s on a socket ends it, or is ignored, and harms nobody', async (_what, message) => {
    const { socket } = await handshake(broker.url, broker.url, {
      cookie: session,
    });
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    socket.send(message);
    await new Promise((resolve) => {
      socket.once('close', resolve);
      setTimeout(resolve, 200);
    });
    socket.terminate();
    expect(heard.join()).not.toContain('"next"');
  });

  it('stopped nothing', async () => {
    const { client, adminToken } = broker;
    expect((await client.call('GET', '/readyz')).status).toBe(200);
    const metrics = await client.call('GET', '/metrics', { key: adminToken });
    expect(metrics.text).not.toContain('status="5xx"');
    expect(await client.data(session, '{ me { id } }')).toEqual({
      me: { id: 'dana@acme.example' },
    });
  });
});

/** Sends bytes as they are; resolves to all that came back until the server closed. */
function onTheWire(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no end after: ${heard}`)));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

function handshake(
  url: string,
  origin: string | undefined,
  headers: Record<string, string>,
): Promise<{ status: number; socket: WebSocket }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
    ...(origin === undefined ? {} : { origin }),
  });
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('open', () => resolve({ status: 101, socket }));
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
      socket.terminate();
      resolve({ status: statusCode, socket });
    });
  });
}
