import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../apps/cli/src/index.js';
import { startBroker, type Broker } from '../../apps/api/src/broker.js';
import { loadConfig } from '../../apps/api/src/platform/config/index.js';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const demo = join(process.cwd(), 'deploy/demo/acme');
const adminToken = 'an-admin-token-of-32-characters!';
const pepKey = 'key-of-the-demo-gateway';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line; gives its exit code and everything that it printed. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    env,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    fetch: globalThis.fetch,
    nowMs: () => Date.now(),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('the command line with a broker', () => {
  let database: TestDatabase;
  let broker: Broker;
  let env: Record<string, string>;
  beforeAll(async () => {
    database = await createDatabase();
    const port = String(await freePort());
    broker = await startBroker(
      loadConfig({
        SALLYPORT_PROFILE: 'development',
        SALLYPORT_PORT: port,
        SALLYPORT_LOG_LEVEL: 'silent',
        SALLYPORT_DATA_DIR: folder,
        DATABASE_URL: database.url,
        SALLYPORT_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        SALLYPORT_ADMIN_TOKEN: adminToken,
        SALLYPORT_AUDIT_CHECKPOINT_INTERVAL_MS: '50',
      }),
    );
    env = {
      SALLYPORT_URL: broker.url,
      SALLYPORT_TOKEN: adminToken,
      SALLYPORT_DEMO_PEP_KEY: pepKey,
      SALLYPORT_TENANT: 'acme',
    };
  }, 60_000);
  afterAll(async () => {
    await broker.close();
    await database.drop();
  });

  const question = [
    '-s',
    'user:dana@acme.example',
    '-a',
    'read',
    '-r',
    'database:prod',
    '-c',
    'ip=84.128.0.1',
    '-c',
    'device_id=dana-laptop',
  ];

  it('plans, applies, and has nothing to do the second time', async () => {
    const planned = await run(['apply', demo], env);
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toContain('+ pep acme-gateway');
    expect(planned.out).toContain('Nothing was applied. Say --yes to apply.');
    const applied = await run(['apply', demo, '--yes'], env);
    expect(applied.out).toMatch(/Applied to acme: \d+ created, 0 updated, 0 deleted\./);
    expect((await run(['apply', demo, '--yes'], env)).out).toBe(
      `acme is already what ${demo} says; nothing changes.`,
    );
  });

  it('asks for a decision and says why', async () => {
    const answer = await run(['decide', ...question, '--explain', '--pep-key', pepKey], env);
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(answer.out).toMatch(
      /^deny\n {2}no-matching-policy: No policy permits this\.\n {2}grant-missing: /,
    );
    expect(answer.out).toMatch(/decision [0-9a-f-]{36}, policy [0-9a-f]{64}$/);
    expect((await run(['decide', ...question, '--exit-code', '--pep-key', pepKey], env)).code).toBe(
      1,
    );
    const json = await run(['decide', ...question, '--json', '--pep-key', pepKey], env);
    expect(JSON.parse(json.out)).toMatchObject({ decision: false, id: expect.any(String) });
  });

  it('finds a decision in the log, fetches its proof and verifies it offline', async () => {
    const json = await run(['decide', ...question, '--json', '--pep-key', pepKey], env);
    const { id } = JSON.parse(json.out) as { id: string };
    await untilPublished(() => run(['proof', id, '-o', folder], env));
    expect((await run(['log', '--type', 'decision', '--decision', 'deny'], env)).out).toContain(id);
    const vkey = await (
      await fetch(`${broker.url}/log/acme/vkey`, {
        headers: { authorization: `Bearer ${adminToken}` },
      })
    ).text();
    const file = join(folder, `${id}.tlog-proof`);
    const verified = await run(['verify', file, '--vkey', vkey.trim()]);
    expect(verified.code).toBe(0);
    expect(verified.out).toMatch(
      /VERIFIED\. The entry is number \d+ of the log .*What this does not prove:/s,
    );
    const entry = join(folder, `${id}.json`);
    writeFileSync(
      entry,
      readFileSync(entry, 'utf8').replace('"decision":false', '"decision":true'),
    );
    const forged = await run(['verify', file, '--vkey', vkey.trim()]);
    expect(forged).toMatchObject({
      code: 1,
      out: expect.stringMatching(/NOT VERIFIED\. Step root: /),
    });
  });

  it('exports evidence that verifies as a ZIP, and not once it was touched', async () => {
    const file = join(folder, 'evidence.zip');
    await untilPublished(() => run(['export', '-o', file, '--type', 'decision'], env));
    const verified = await run(['verify', file]);
    expect(verified.code).toBe(0);
    expect(verified.out).toContain('The key came from the bundle itself');
    const bytes = readFileSync(file);
    const { unzipSync, zipSync } = await import('fflate');
    const files = unzipSync(bytes);
    const entries = Buffer.from(files['entries.ndjson'] ?? []).toString('utf8');
    files['entries.ndjson'] = Buffer.from(entries.replace('"decision":false', '"decision":true'));
    writeFileSync(file, zipSync(files));
    const forged = await run(['verify', file]);
    expect(forged).toMatchObject({
      code: 1,
      out: expect.stringMatching(/NOT VERIFIED\. Step entries \(entry \d+\)/),
    });
  });

  it('says in one line why the broker refuses, and exits 3', async () => {
    const stranger = await run(['apply', demo], { ...env, SALLYPORT_TOKEN: 'nobody' });
    expect(stranger).toMatchObject({ code: 3, out: '' });
    expect(stranger.err).toMatch(
      /^sallyport: the broker refused \(401\): .*\(is the token right\?\)$/,
    );
    expect(await run(['decide', ...question], env)).toMatchObject({ code: 3 });
  });

  it('prints where the directory is wrong, as file, line and column', async () => {
    const broken = join(folder, 'broken');
    cpSync(demo, broken, { recursive: true });
    writeFileSync(
      join(broken, 'policies/typo.cedar'),
      'permit (principal, action, resource)\nwhen { context.devise };\n',
    );
    const { code, err } = await run(['apply', broken, '--yes'], env);
    expect(code).toBe(1);
    expect(err).toMatch(/broken\/policies\/typo\.cedar:2:\d+ /);
    expect(err).toMatch(/nothing was changed$/);
  });
});

describe('the command line alone', () => {
  const nowhere = { SALLYPORT_URL: 'http://127.0.0.1:9', SALLYPORT_DEMO_PEP_KEY: pepKey };

  it('runs the golden cases of the demo tenant', async () => {
    const { code, out } = await run(['test', demo]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {3}tests\/consent\.yaml: /);
    expect(out).toMatch(/15 cases passed$/);
  });

  it('exits 1 when a golden case fails, and says how', async () => {
    const changed = join(folder, 'changed');
    cpSync(demo, changed, { recursive: true });
    const policy = join(changed, 'policies/everywhere.cedar');
    writeFileSync(
      policy,
      readFileSync(policy, 'utf8').replace('contains("impossible-travel")', 'contains("teleport")'),
    );
    const { code, out } = await run(['test', changed]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL tests\/story\.yaml: a grant does not help somebody/);
    expect(out).toMatch(/expected deny, got permit/);
    expect(out).toMatch(/1 of 15 cases failed$/);
  });

  it.each([
    ['no broker', ['apply', demo], 4, /^sallyport: no broker answers at http:\/\/127\.0\.0\.1:9: /],
    ['no such directory', ['apply', join(folder, 'none')], 2, /none cannot be read: ENOENT/],
    [
      'a file where a directory should be',
      ['test', join(demo, 'peps.yaml')],
      2,
      /is not a directory/,
    ],
    ['no such evidence', ['verify', join(folder, 'none.zip')], 2, /cannot be read: ENOENT/],
    [
      'what is no evidence',
      ['verify', join(demo, 'peps.yaml')],
      1,
      /neither an export nor a \.tlog-proof/,
    ],
    ['a command that does not exist', ['aply'], 2, /unknown command 'aply'/],
    ['a question without a resource', ['decide', '-a', 'read'], 2, /--resource/],
    [
      'an unreadable subject',
      ['decide', '-s', 'dana', '-a', 'read', '-r', 'x:1'],
      2,
      /--subject dana: say type:id/,
    ],
    ['an export of nobody knows what', ['export', '-o', 'x.zip'], 2, /which tenant\?/],
  ] as const)('explains %s in one line', async (_what, args, code, message) => {
    const result = await run(args, nowhere);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  it('asks for the keys that a directory leaves to the environment', async () => {
    const { code, err } = await run(['apply', demo], {});
    expect(code).toBe(2);
    expect(err).toBe('sallyport: peps.yaml wants SALLYPORT_DEMO_PEP_KEY from the environment');
  });

  it('documents its exit codes in --help', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 {2}done/);
  });

  it('says how to build it where it is not built yet', () => {
    const bin = join(folder, 'apps/cli/bin');
    cpSync(join(process.cwd(), 'apps/cli/bin'), bin, { recursive: true });
    copyFileSync(join(process.cwd(), 'apps/cli/package.json'), join(bin, '../package.json'));
    expect(() =>
      execFileSync(process.execPath, [join(bin, 'sallyport.mjs'), '--help'], { stdio: 'pipe' }),
    ).toThrow(/not built yet: `npm start`/);
  });
});

/** The log is signed a moment after it grew. */
async function untilPublished(
  attempt: () => Promise<{ code: number; err: string }>,
): Promise<void> {
  for (let left = 50; left > 0; left -= 1) {
    const { code, err } = await attempt();
    if (code === 0) return;
    if (left === 1) throw new Error(err);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
