/**
 * `npm run check`: what CI runs. Format, lint with module boundaries, types, generated files, layout, the proof that the compiled policy engine equals
 * Cedar's, tests; `--fast` leaves out the last two. The proof and the unit tests run on the Node of the image, all tests then on this one.
 * Goes through all steps whatever fails; the last line is the total, a step counting as one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generators } from './generators.mjs';
import { total } from './jest-run.mjs';
import { runTool, say } from './progress.mjs';
import { root, setUp } from './setup.mjs';
import { runTests } from './test-run.mjs';

const imageNode = 'tools/image-node.mjs';
const bin = (name) => join('node_modules', name);
const graph = join(tmpdir(), `sallyport-graph-${process.pid}.json`);

const steps = [
  ['format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  // ESLint's boundary rule reads Nx's cached project graph, and without one lets everything pass.
  ['project graph', bin('nx/dist/bin/nx.js'), 'graph', `--file=${graph}`],
  ['lint', bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  ['types', bin('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit'],
  ['console types', bin('typescript/bin/tsc'), '-p', 'apps/web/tsconfig.json', '--noEmit'],
  ...generators.map(({ name, script }) => [`fresh: ${name}`, script, '--check']),
  ['layout', 'tools/check-layout.mjs'],
];

const cases = ['--cases', '200000', '--seed', '1'];
const proofs = [
  ['policies: both engines agree', imageNode, 'tools/fuzz-policy.mjs', ...cases],
  ['policies: faults would be seen', 'tools/mutate-policy.mjs'],
  ['unit tests on the Node of the image', imageNode, 'tools/test.mjs', '--unit'],
];

await runTool('check', async () => {
  await setUp();
  const counts = { passed: 0, failed: 0 };
  const isFast = process.argv.includes('--fast');
  for (const [name, ...args] of isFast ? steps : [...steps, ...proofs]) {
    const passed = await runStep(args);
    say(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
    counts[passed ? 'passed' : 'failed'] += 1;
  }
  rmSync(graph, { force: true });
  if (!isFast) {
    const tests = await runTests();
    counts.passed += tests.passed;
    counts.failed += tests.failed;
  }
  console.log(total(counts));
  if (counts.failed > 0) process.exitCode = 1;
});

async function runStep(args) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_CACHE_PROJECT_GRAPH: 'true' };
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) console.log(output.trim());
  return code === 0;
}
