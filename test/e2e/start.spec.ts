import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failToStart, isRunning, type Started, startSystem } from '../support/npm-start.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

// A start may have to build first.
jest.setTimeout(240_000);

const modeOf = (path: string) => statSync(path).mode & 0o777;

async function untilEnded(pids: readonly number[]): Promise<void> {
  for (let waited = 0; pids.some(isRunning) && waited < 5_000; waited += 100) await sleep(100);
  expect(pids.filter(isRunning)).toEqual([]);
}

describe('npm start', () => {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  const dataDir = join(root, 'data');
  let system: Started;

  beforeAll(async () => {
    // Through npm, as people do: its signals must arrive.
    system = await startSystem({ dataDir, command: ['npm', 'start', '--silent'] });
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('prints the address, a curl line that works as pasted, the console and the people', () => {
    const lines = system.output().split('\n');
    expect(lines).toContain(`ready ${system.baseUrl}`);
    const curl = lines.find((line) => line.startsWith('curl')) ?? 'false';
    const answer: unknown = JSON.parse(execSync(curl, { encoding: 'utf8' }));
    expect(answer).toMatchObject({
      decision: false,
      context: {
        reasons: expect.arrayContaining([expect.objectContaining({ code: 'grant-missing' })]),
      },
    });
    expect(system.output()).toContain(system.consoleUrl);
    for (const { email, password } of system.users)
      expect(system.output()).toMatch(new RegExp(`${email} +${password}`));
  });

  it('keeps what is secret to its owner', () => {
    expect(modeOf(dataDir)).toBe(0o700);
    expect(modeOf(join(dataDir, 'dev.json'))).toBe(0o600);
    for (const name of readdirSync(join(dataDir, 'secrets')))
      expect(`${name} ${modeOf(join(dataDir, 'secrets', name)).toString(8)}`).toBe(`${name} 600`);
    expect(system.users.length).toBeGreaterThanOrEqual(3);
  });

  it('refuses a second instance on the same data directory in one line', async () => {
    const { code, stderr } = await failToStart({ dataDir });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(1);
    expect(stderr).toContain('another instance');
  });

  it('runs beside another with a port and data directory of its own', async () => {
    const second = await startSystem({ dataDir: join(root, 'second') });
    expect((await fetch(`${system.baseUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${second.baseUrl}/readyz`)).status).toBe(200);
    expect(second.pepKey).not.toBe(system.pepKey);
    expect(await second.stop()).toBe(0);
  });

  it('drains on SIGTERM, exits 0 within 25 s, leaves no process, and goes on where it stopped', async () => {
    const { pids, adminToken, users } = system;
    const stoppedAt = Date.now();
    expect(await system.stop()).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(25_000);
    await untilEnded(Object.values(pids));

    system = await startSystem({ dataDir });
    expect({ adminToken: system.adminToken, users: system.users }).toEqual({ adminToken, users });
  });

  it('leaves no process behind when it is killed, and starts again', async () => {
    const { pids, pepKey } = system;
    system.process.kill('SIGKILL');
    await once(system.process, 'exit');
    for (let waited = 0; Object.values(pids).some(isRunning) && waited < 20_000; waited += 200)
      await sleep(200);
    await untilEnded(Object.values(pids));
    system = await startSystem({ dataDir });
    expect(system.pepKey).toBe(pepKey);
  });
});

describe('npm start with several decision processes', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  const env = { SALLYPORT_WORKERS: '2' };
  let system: Started;
  beforeAll(async () => {
    system = await startSystem({ dataDir, env });
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('names every process, and tells the metrics of each', async () => {
    expect(Object.keys(system.pids)).toEqual([
      'start',
      'api',
      'postgres',
      'jobs',
      'decide-1',
      'decide-2',
    ]);
    const headers = { authorization: `Bearer ${system.adminToken}` };
    const text = await (await fetch(`${system.baseUrl}/metrics`, { headers })).text();
    for (const name of ['primary', 'jobs', 'decide-1', 'decide-2'])
      expect(text).toContain(`process_cpu_seconds_total{process="${name}"}`);
    expect(text.match(/^# TYPE process_cpu_seconds_total /gm)).toHaveLength(1);
  });

  it('leaves no process behind when the primary is killed, and ends loudly', async () => {
    process.kill(system.pids.api, 'SIGKILL');
    const [code] = (await once(system.process, 'exit')) as [number];
    expect(code).toBe(1);
    expect(system.output()).toContain('the broker ended by itself (SIGKILL)');
    await untilEnded(Object.values(system.pids));
    system = await startSystem({ dataDir, env });
  });

  it('leaves no process behind when npm start is killed', async () => {
    system.process.kill('SIGKILL');
    await once(system.process, 'exit');
    for (
      let waited = 0;
      Object.values(system.pids).some(isRunning) && waited < 20_000;
      waited += 200
    )
      await sleep(200);
    await untilEnded(Object.values(system.pids));
    system = await startSystem({ dataDir, env });
  });

  it('drains on SIGTERM, exits 0 within 25 s and leaves no process', async () => {
    const stoppedAt = Date.now();
    expect(await system.stop()).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(25_000);
    await untilEnded(Object.values(system.pids));
  });
});

describe('npm start on a database of yours', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('uses it and starts no server of its own', async () => {
    const system = await startSystem({ dataDir, env: { DATABASE_URL: database.url } });
    expect((await fetch(`${system.baseUrl}/readyz`)).status).toBe(200);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    expect(await system.stop()).toBe(0);
  });

  it.each([
    ['nothing listens', (url: URL) => (url.port = '1'), 'nothing listens at 127.0.0.1:1'],
    ['the password is wrong', (url: URL) => (url.password = 'x'), 'the password of user postgres'],
    ['there is no such database', (url: URL) => (url.pathname = '/no'), 'database no does not'],
  ])('says in one line that %s', async (_, spoil, message) => {
    const url = new URL(database.url);
    spoil(url);
    const { code, stderr } = await failToStart({ dataDir, env: { DATABASE_URL: url.href } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sallyport: DATABASE_URL: .*$/);
    expect(stderr).toContain(message);
  });
});

describe('npm start refuses in one line, before it changes anything', () => {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await failToStart({ dataDir: join(root, 'a'), port });
    holder.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `sallyport: port ${port} is taken; set SALLYPORT_PORT.`,
    });
    expect(existsSync(join(root, 'a'))).toBe(false);
  });

  it.each(['/proc/nowhere/data', '/etc/passwd/data'])(
    'the data directory %s, which cannot be written',
    async (dataDir) => {
      const { code, stderr } = await failToStart({ dataDir });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^sallyport: the data directory .* cannot be written \(E\w+\).*$/);
    },
  );

  it.each([
    ['SALLYPORT_PORT', 'eighty', 'SALLYPORT_PORT: must be a whole number from 1 to 65535'],
    ['SALLYPORT_PROFILE', 'production', 'npm start is the development start'],
    ['SALLYPORT_LOGLEVEL', 'info', 'did you mean SALLYPORT_LOG_LEVEL?'],
    ['DATABASE_URL', 'mysql://here', 'DATABASE_URL: must be postgresql://'],
  ])('%s=%s', async (name, value, message) => {
    const dataDir = join(root, 'b');
    const { code, stderr } = await failToStart({ dataDir, env: { [name]: value } });
    expect(code).not.toBe(0);
    expect(stderr.split('\n')).toHaveLength(1);
    expect(stderr).toContain(message);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });
});
