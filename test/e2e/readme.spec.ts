import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { type Started, startSystem } from '../support/npm-start.js';

jest.setTimeout(240_000);

const run = promisify(execFile);

interface Example {
  readonly command: string;
  /** The block of another language right after it, which shows what it prints. */
  readonly output: string | undefined;
}

/** The commands of a document: its `sh` blocks, each with the `json` block that follows. */
function examplesOf(document: string): Example[] {
  const blocks = [...document.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh') return [];
    const next = blocks[index + 1];
    const output = next?.language === 'json' ? next.text : undefined;
    return [{ command: block.text.trim(), output }];
  });
}

/** A repository with what a clone would hold, and the packages that are installed here. */
function copyOfCheckout(): string {
  const target = mkdtempSync(join(tmpdir(), 'sallyport-readme-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { encoding: 'utf8' }).split('\0');
  for (const file of files.filter((path) => path !== '' && existsSync(path)))
    cpSync(file, join(target, file), { recursive: true });
  for (const folder of ['.', 'apps/api', 'apps/cli', 'apps/web']) {
    const modules = join(process.cwd(), folder, 'node_modules');
    if (existsSync(modules)) symlinkSync(modules, join(target, folder, 'node_modules'));
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: target, stdio: 'ignore' });
  git('init');
  writeFileSync(join(target, '.git/info/exclude'), 'node_modules\n'); // links here, which `node_modules/` does not match
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example', 'commit', '-m', 'copy');
  return target;
}

const examples = examplesOf(readFileSync('README.md', 'utf8'));
const [start, ...others] = examples;

describe('the README', () => {
  const checkout = copyOfCheckout();
  let port: number;
  let system: Started | undefined;

  const startHere = () =>
    startSystem({
      cwd: checkout,
      dataDir: join(checkout, 'var'),
      port,
      command: ['sh', '-c', `exec ${start?.command ?? 'false'}`],
    });

  beforeAll(async () => {
    port = await freePort();
    system = await startHere();
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(checkout, { recursive: true, force: true });
  });

  it('begins with npm start, and it starts', () => {
    expect(start?.command).toBe('npm start');
    expect(system?.output()).toContain(`ready http://127.0.0.1:${port}`);
  });

  it.each(others)('shows a command that works: $command', async ({ command, output }) => {
    const here = command.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      SALLYPORT_URL: system?.baseUrl,
      SALLYPORT_TOKEN: system?.adminToken,
      SALLYPORT_DEMO_PEP_KEY: system?.pepKey,
    };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here], { cwd: checkout, env });
    if (output !== undefined) expect(JSON.parse(stdout)).toEqual(JSON.parse(output));
  });

  it('leaves the checkout clean, and is there again within 15 s', async () => {
    const status = execFileSync('git', ['status', '--porcelain'], { cwd: checkout });
    expect(status.toString()).toBe('');
    expect(await system?.stop()).toBe(0);
    const begun = Date.now();
    system = await startHere();
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  it('names no other command than those, the tests and the check', () => {
    const prose = readFileSync('README.md', 'utf8').replace(/```[\s\S]*?```/g, '');
    const inline = [...prose.matchAll(/`((?:npm|npx|node|docker) [^`]+)`/g)].map(
      (match) => match[1],
    );
    const known = ['npm start', 'npm test', 'npm run check'];
    expect(inline.filter((command) => !known.includes(command ?? ''))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', 'check']));
    const files = Object.values(scripts).flatMap((script) =>
      script.replace('exec node ', '').split(' '),
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
