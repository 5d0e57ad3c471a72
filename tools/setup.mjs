/**
 * Makes a checkout runnable: packages, Prisma client, compiled code, console; each only when its inputs changed.
 * Uses nothing but Node: it runs before anything is installed. One set-up at a time per checkout.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './process-lock.mjs';
import { Refusal, say, step } from './progress.mjs';

export const root = realpathSync(join(import.meta.dirname, '..'));
// node_modules may be shared by a link, so what was built is told apart by checkout.
const checkoutId = createHash('sha256').update(root).digest('hex').slice(0, 16);
const stamps = join(root, 'node_modules/.cache/sallyport', checkoutId);
const oldestNode = [20, 19];
const libraries = ['libs'];

/** What is built, from what, by which command. A missing first input means the part isn't there. */
const parts = [
  {
    name: 'client',
    line: 'generating the database client',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'tools/generate.mjs', 'package-lock.json'],
    output: 'apps/api/src/adapters/postgres/generated/client.ts',
    command: ['tools/generate.mjs'],
  },
  {
    name: 'code',
    line: 'compiling',
    inputs: [
      'apps/api/src',
      ...libraries,
      'apps/cli/src',
      'tools/build.mjs',
      'tools/swcrc.json',
      'package-lock.json',
    ],
    output: 'apps/api/dist/main.js',
    command: ['tools/build.mjs'],
  },
  {
    name: 'console',
    line: 'building the console',
    inputs: ['apps/web/vite.config.ts', 'apps/web', ...libraries, 'package-lock.json'],
    output: 'apps/web/dist/index.html',
    command: ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--logLevel', 'warn'],
  },
];

/** Installs and builds what is missing or out of date; an aborted `signal` ends it early, without an error. Throws Refusal. */
export async function setUp({ signal } = {}) {
  refuseOldNode();
  const release = await takeLock(lockPath(), {
    onWait: (pid) => say(`waiting for process ${pid}, which sets up this checkout`),
  });
  try {
    if (!isInstalled()) await install(signal);
    for (const part of parts) if (!signal?.aborted) await build(part, signal);
  } finally {
    release();
  }
}

export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new Refusal(
      `Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`,
    );
}

/** Outside the checkout: `npm ci` empties node_modules, and a start leaves nothing else behind. */
function lockPath() {
  return join(tmpdir(), `sallyport-setup-${userInfo().username}-${checkoutId}.lock`);
}

/** npm leaves node_modules/.package-lock.json, last of all, saying what it installed. */
function isInstalled() {
  const installed = readLockfile('node_modules/.package-lock.json');
  if (!installed) return false;
  return Object.entries(readLockfile('package-lock.json')).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? identity(found) === identity(wanted) : wanted.optional === true;
  });
}

const identity = ({ version, integrity }) => `${version} ${integrity}`;

function readLockfile(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

async function install(signal) {
  const modules = join(root, 'node_modules');
  // npm would empty the folder of whoever shares it with us.
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink())
    throw new Refusal('node_modules is a link, and out of date: run npm ci where it points.');
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  await step('installing packages (only when they changed)', () =>
    run('npm', args, 'npm ci', signal),
  );
}

async function build({ name, line, inputs, output, command }, signal) {
  if (!existsSync(join(root, inputs[0]))) return;
  const stamp = join(stamps, name);
  const digest = digestOf(inputs);
  const isFresh =
    existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isFresh) return;
  await step(line, () => run(process.execPath, command, command[0], signal));
  mkdirSync(stamps, { recursive: true });
  if (!signal?.aborted) writeFileSync(stamp, digest);
}

/** A hash over names and contents: a checkout's times say nothing. */
function digestOf(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs)
    for (const file of filesUnder(input))
      hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  const skipped = new Set(['dist', 'node_modules', 'generated']);
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name) && !entry.name.includes('.spec.'))
    .flatMap((entry) => filesUnder(`${path}/${entry.name}`))
    .sort();
}

/** Runs a command in the checkout; its output is shown only if it fails. */
function run(program, args, label, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
    signal?.addEventListener('abort', () => child.kill());
    child.on('error', (error) => reject(new Refusal(`${label} did not start: ${error.message}`)));
    child.on('close', (code, killedBy) => {
      if (code === 0 || signal?.aborted) resolve();
      else reject(new Refusal(`${label} failed (${killedBy ?? code}):\n${output.trim()}`));
    });
  });
}
