import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { DANA, KEY } from '../../apps/api/src/decide/acme.fake.js';
import { startBroker, type TestBroker } from '../../apps/api/src/decide/decide.fake.js';
import { describeDriving } from '../e2e/support/needs.js';

jest.setTimeout(60_000);

const TEMPLATE = new URL('../../deploy/gateways/nginx/nginx.conf.template', import.meta.url);

describeDriving('nginx', 'nginx with the configuration that we ship', (program) => {
  const seen: { url: string; method: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let broker: TestBroker;
  let upstream: Server;
  let nginx: ChildProcess;
  let origin: string;
  let directory: string;

  beforeAll(async () => {
    broker = await startBroker();
    const sallyport = await broker.server.listen({ port: 0, host: '127.0.0.1' });
    upstream = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { url = '', method = '', headers } = request;
        seen.push({ url, method, headers, body });
        response.end('the record');
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const listen = `127.0.0.1:${String(await freePort())}`;
    directory = mkdtempSync(join(tmpdir(), 'sallyport-nginx-'));
    const values: Record<string, string> = {
      LISTEN: listen,
      UPSTREAM: `127.0.0.1:${String((upstream.address() as AddressInfo).port)}`,
      SALLYPORT: new URL(sallyport).host,
      SALLYPORT_KEY: KEY,
    };
    const template = readFileSync(TEMPLATE, 'utf8');
    const conf = template.replace(/\$\{([A-Z_]+)\}/g, (all, name: string) => values[name] ?? all);
    writeFileSync(join(directory, 'nginx.conf'), conf, { mode: 0o600 });
    const args = ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'];
    execFileSync(program, ['-t', '-q', ...args], { stdio: 'pipe' });
    nginx = spawn(program, [...args, '-g', 'daemon off;'], { stdio: 'ignore' });
    origin = `http://${listen}`;
    await answers(listen);
  });
  afterAll(async () => {
    nginx.kill('SIGQUIT');
    await new Promise((resolve) => nginx.once('exit', resolve));
    upstream.close();
    await broker.server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const bearer = async (claims?: object) => ({
    authorization: `Bearer ${await broker.subjectToken(claims)}`,
  });
  const last = () => broker.log.entries('acme').at(-1) as DecisionEntry;

  test('lets the subject through, and tells the application who it is', async () => {
    const headers = {
      ...(await bearer()),
      'X-Sallyport-Subject': 'user:admin',
      'X-Sallyport-Key': 'stolen',
      'X-Decision-Id': 'made-up',
    };
    const answer = await fetch(`${origin}/records/42?page=2`, { headers });
    expect(await answer.text()).toBe('the record');
    expect(answer.headers.get('x-decision-id')).toBe(last().id);
    expect(seen.at(-1)?.url).toBe('/records/42?page=2');
    expect(seen.at(-1)?.headers).toMatchObject({
      'x-sallyport-subject': `user:${DANA.id}`,
      'x-decision-id': last().id,
    });
    expect(seen.at(-1)?.headers).not.toHaveProperty('authorization');
    expect(seen.at(-1)?.headers).not.toHaveProperty('x-sallyport-key');
    expect(last().facts.network?.ip).toBe('127.0.0.1');
  });

  test('passes 401 on with its challenge, and 403 with its reason', async () => {
    const anonymous = await fetch(`${origin}/records/42`);
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="sallyport"');
    const denied = await fetch(`${origin}/records/7`, { headers: await bearer() });
    expect(denied.status).toBe(403);
    expect(denied.headers.get('x-sallyport-reason')).toBe('no-matching-policy');
  });

  test.each([
    ['another method', 'POST', '/records/42', {}],
    ['an address that the client made up', 'GET', '/records/42', { 'x-real-ip': '8.8.8.8' }],
    [
      'another request in another dialect',
      'GET',
      '/records/7',
      { 'x-forwarded-uri': '/records/42', 'x-forwarded-method': 'GET' },
    ],
    [
      'another request in its own dialect',
      'GET',
      '/records/7',
      { 'x-original-uri': '/records/42' },
    ],
    ['an encoded slash', 'GET', '/records/42%2Fx', {}],
    ['a path that climbs', 'GET', '/records/7/%2e%2e/42', {}],
  ])('is not fooled by %s', async (name, method, path, headers) => {
    const before = seen.length;
    const status = await raw(origin, method, path, { ...(await bearer()), ...headers });
    const isHarmless = name.startsWith('an address');
    expect(status).toBe(isHarmless ? 200 : 403);
    expect(seen).toHaveLength(before + (isHarmless ? 1 : 0));
    expect(last().facts.network?.country).toBeUndefined();
  });

  test('asks without the body, however large, and never hands a denied one on', async () => {
    const before = seen.length;
    const body = 'x'.repeat(900_000);
    const answer = await fetch(`${origin}/records/42`, {
      method: 'POST',
      headers: await bearer(),
      body,
    });
    expect(answer.status).toBe(403);
    expect(seen).toHaveLength(before);
  });

  test('denies everything when no decision can be had', async () => {
    broker.log.failWith(new Error('disk'));
    const unrecorded = await fetch(`${origin}/records/42`, { headers: await bearer() });
    expect(unrecorded.status).toBe(403);
    broker.log.failWith();
    const headers = await bearer();
    await broker.server.close();
    const down = await fetch(`${origin}/records/42`, { headers });
    expect(down.status).toBe(403);
    expect(await down.text()).not.toContain('the record');
  });
});

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), host, () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${address}`);
}

/** A request whose path is sent as it is: fetch would tidy it up. */
function raw(
  origin: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const lines = Object.entries({ host: 'x', connection: 'close', ...headers });
      const text = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
      socket.write(`${method} ${path} HTTP/1.1\r\n${text}\r\ncontent-length: 0\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('end', () => resolve(Number(answer.split(' ')[1])));
    socket.once('error', reject);
  });
}
