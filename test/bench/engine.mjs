/**
 * What a decision costs the engine alone: CPU per decision against the number of policies, on the worst case, and on the demo tenant, with cedar-wasm beside it.
 * By itself: `node tools/build.mjs && node test/bench/engine.mjs [--json]`.
 */
import { buildArtifact } from '@sallyport/policy';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { workerOptions } from '../../tools/differential-run.mjs';
import { createCleanup } from './support/cleanup.mjs';
import { ALIKE, DEMO, DISTINCT, SIZES, subjects } from './support/engine-subjects.mjs';
import { median, medianRatio, rounded } from './support/statistics.mjs';
import { textTable } from './support/table.mjs';

const engineProcess = join(import.meta.dirname, 'support/engine-process.mjs');

export async function measure({ short, rounds, cleanup, say }) {
  const artifacts = await compileAll(cleanup, say);
  const names = Object.keys(subjects);
  // cedar-wasm takes minutes to read the larger sets, and looks at every policy each time.
  const beside = short ? [ALIKE, DISTINCT, DEMO] : names.filter((name) => name !== LARGEST);
  const runs = [
    ...names.map((subject) => ({ engine: 'compiled', subject, artifact: artifacts[subject] })),
    ...beside.map((subject) => ({ engine: 'cedar-wasm', subject })),
  ];
  const measured = Object.fromEntries(runs.map((run) => [nameOf(run), []]));
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    for (const run of shuffled(runs)) measured[nameOf(run)].push(await runAlone(run, cleanup));
  }
  return report(measured);
}

const LARGEST = `${SIZES.at(-1)} scoped`;

function nameOf({ engine, subject }) {
  return engine === 'compiled' ? subject : `${subject}, ${engine}`;
}

/** Compiles each set once, into a file: reading 10,000 policies' text takes longer than all measurements of them. */
async function compileAll(cleanup, say) {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const files = {};
  for (const [at, [name, { bundle }]] of Object.entries(subjects).entries()) {
    say(`compiling ${name}`);
    files[name] = join(folder, String(at));
    await writeFile(files[name], serialize(buildArtifact(await bundle())));
  }
  return files;
}

async function runAlone(job, cleanup) {
  const child = fork(engineProcess, [JSON.stringify(job)], workerOptions);
  cleanup.defer(() => child.kill());
  let slices;
  child.once('message', (message) => (slices = message));
  const [code, signal] = await once(child, 'exit');
  if (slices === undefined)
    throw new Error(`${nameOf(job)}: its process ended by ${signal ?? code}`);
  return slices;
}

/** In an order drawn by lot, so that none always comes after the same one. */
function shuffled(list) {
  return list
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function report(measured) {
  const medians = ([name, processes]) => [name, processes.map(median)];
  const micros = Object.fromEntries(Object.entries(measured).map(medians));
  const rows = Object.entries(measured).map(([policies, processes]) => ({
    policies,
    'µs/decision': rounded(median(micros[policies])),
    'least slice': rounded(median(processes.map((slices) => Math.min(...slices)))),
    'times faster than cedar-wasm': timesFaster(micros, policies),
  }));
  const flat = medianRatio(micros[LARGEST], micros[`${SIZES[0]} scoped`]);
  return {
    title: 'The engine alone',
    about:
      'CPU time of one decision, from facts and live registers to the evaluation with its obligations; parsing the request and writing the log are not in it. Eleven conditions on identity, device, network, risk, grant and request hold for every question; context members are decoded when a condition asks for them. cedar-wasm is called with a parsed policy set. In each round every engine meets every set in a process that was just started, after a warm-up of 2.5 s of CPU time, in an order drawn by lot, and is timed in eight slices of 60 ms; numbers are medians over the rounds, of a process’s median slice and of its least: what the host and the other half of the core take can only add to a slice.',
    rows,
    goals: [
      {
        what: 'decision on the demo tenant',
        value: median(micros[DEMO]),
        unit: 'µs',
        atMost: 3,
      },
      { what: '10,000 scoped policies against 10', value: rounded(flat), unit: '×', atMost: 1.2 },
      ...[ALIKE, DISTINCT].map((name) => ({
        what: `${name}, against cedar-wasm`,
        value: timesFaster(micros, name),
        unit: '×',
        atLeast: 20,
      })),
    ],
    plots: [
      {
        id: 'engine-policies',
        kind: 'lines',
        title: 'A decision among more and more policies',
        xLabel: 'policies',
        yLabel: 'µs of CPU per decision',
        logX: true,
        lines: [
          {
            label: 'Sallyport',
            points: SIZES.map((size) => [size, rounded(median(micros[`${size} scoped`]))]),
          },
        ],
      },
    ],
  };
}

function timesFaster(micros, name) {
  const other = micros[`${name}, cedar-wasm`];
  return other === undefined ? null : rounded(medianRatio(other, micros[name]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cleanup = createCleanup();
  try {
    const say = (line) => console.error(line);
    const result = await measure({ short: false, rounds: 5, cleanup, say });
    if (process.argv.includes('--json'))
      console.log(JSON.stringify({ name: 'engine', ...result }, null, 1));
    else console.log(`${textTable(result.rows)}\n\n${textTable(result.goals)}`);
  } finally {
    await cleanup.run();
  }
}
