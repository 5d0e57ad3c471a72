/**
 * Runs Cedar's public integration tests against the compiled engine: `node tools/cedar-corpus.mjs <dir>`. Below the directory, at any depth, stand folders of
 * handwritten tests and `*.tar.gz` of generated ones, of one release or several. Every request must give the expected decision, determining policies and
 * erroring policies. Ends with `<agree>/<total> …`; exit 0 only where all agree and there are any.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createGunzip } from 'node:zlib';
import { parseLossless } from './cedar-corpus/lossless-json.mjs';
import { tarFiles } from './cedar-corpus/tar-files.mjs';

// Without it a hot call into cedar-wasm aborts Node 20 (libs/policy/README.md).
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
const root = join(import.meta.dirname, '..');
const [dir] = process.argv.slice(2);
if (dir === undefined || !existsSync(dir)) {
  console.error('usage: node tools/cedar-corpus.mjs <directory of Cedar integration tests>');
  process.exit(2);
}
execFileSync(process.execPath, [join(root, 'tools/build.mjs'), 'libs/contracts', 'libs/policy']);
const { compilePolicySet } = await import('@sallyport/policy');
const { policySetTextToParts, policyToJson, schemaToJson } =
  await import('@cedar-policy/cedar-wasm/nodejs');

const MAX_SHOWN = 20;
const parseJson = JSON.parse;
const tally = { agree: 0, total: 0, tests: 0 };
for (const file of filesBelow(dir)) {
  if (file.endsWith('.tar.gz')) await runArchive(file);
  else if (file.endsWith('.json')) runFile(file);
}
console.log(`${tally.agree}/${tally.total} requests of ${tally.tests} tests agree`);
process.exitCode = tally.total > 0 && tally.agree === tally.total ? 0 : 1;

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .sort();
}

/** A test's paths count from the release's own root: the nearest folder above where they exist. */
function runFile(file) {
  const test = testIn(readFileSync(file));
  if (test === undefined) return;
  let base = dirname(file);
  while (!existsSync(join(base, test.policies)) && base !== dir && base !== dirname(base))
    base = dirname(base);
  runTest(relative(dir, file), test, (path) => readFileSync(join(base, path), 'utf8'));
}

/** Each test runs as soon as its files have come by, and they are forgotten. */
async function runArchive(file) {
  const held = new Map();
  const waiting = new Map();
  for await (const { path, bytes } of tarFiles(createReadStream(file).pipe(createGunzip()))) {
    held.set(path, bytes);
    const test = path.endsWith('.json') ? testIn(bytes) : undefined;
    if (test !== undefined) waiting.set(stemOf(path), { path, test });
    const next = waiting.get(stemOf(path));
    if (next !== undefined && pathsOf(next.test).every((needed) => held.has(needed))) run(next);
  }
  for (const next of [...waiting.values()]) run(next);

  function run({ path, test }) {
    waiting.delete(stemOf(path));
    runTest(path, test, (needed) => held.get(needed)?.toString('utf8') ?? missing(needed));
    for (const done of [path, ...pathsOf(test)]) held.delete(done);
  }
}

function missing(path) {
  throw new Error(`${path} is not there`);
}

function stemOf(path) {
  return path.replace(/(?:\.entities)?\.(?:json|cedar|cedarschema)$/, '');
}

function pathsOf({ policies, entities, schema }) {
  return [policies, entities, schema];
}

function testIn(bytes) {
  if (!bytes.includes('"requests"')) return undefined;
  const test = parseLossless(bytes.toString('utf8'));
  return Array.isArray(test.requests) && typeof test.policies === 'string' ? test : undefined;
}

function runTest(name, test, read) {
  tally.tests += 1;
  tally.total += test.requests.length;
  try {
    const set = compilePolicySet(policiesOf(read(test.policies)), {
      schema: schemaOf(read(test.schema)),
    });
    const entities = parseLossless(read(test.entities));
    test.requests.forEach((request, at) => {
      const difference = differenceOf(request, set.authorize({ ...request, entities }));
      if (difference === undefined) tally.agree += 1;
      else tell(`${name} request ${at} (${request.description}): ${difference}`);
    });
  } catch (error) {
    tell(`${name}: ${error.message ?? error}`);
  }
}

/** Cedar numbers policies in the order of the text and gives them back in the order of their ids as texts. */
function policiesOf(text) {
  const parts = succeeded(policySetTextToParts(text));
  if (parts.policy_templates.length > 0) throw new Error('templates have no expectation here');
  const ids = parts.policies.map((_, at) => `policy${at}`).sort();
  return parts.policies.map((policy, at) => ({
    id: ids[at],
    json: losslessly(() => succeeded(policyToJson(policy)).json),
  }));
}

function schemaOf(text) {
  return text.trimStart().startsWith('{') ? parseJson(text) : succeeded(schemaToJson(text)).json;
}

function succeeded(answer) {
  if (answer.type === 'success') return answer;
  throw new Error(answer.errors.map(({ message }) => message).join(' '));
}

/** cedar-wasm gives its answers through `JSON.parse`, which would round integers beyond 2^53. */
function losslessly(ask) {
  JSON.parse = parseLossless;
  try {
    return ask();
  } finally {
    JSON.parse = parseJson;
  }
}

function differenceOf(expected, got) {
  if ('failure' in got) return `could not be asked: ${got.failure.join(' ')}`;
  const errors = got.errors.map(({ policyId }) => policyId);
  const wanted = [expected.decision, listed(expected.reason), listed(expected.errors)].join(' ');
  const answer = [got.decision, listed(got.reason), listed(errors)].join(' ');
  return wanted === answer ? undefined : `expected ${wanted}, got ${answer}`;
}

function listed(ids) {
  return `[${[...ids].sort().join(', ')}]`;
}

function tell(message) {
  tally.told = (tally.told ?? 0) + 1;
  if (tally.told <= MAX_SHOWN) console.log(message);
}
