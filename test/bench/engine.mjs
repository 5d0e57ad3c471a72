/**
 * What a decision costs the engine alone: CPU per decision against the number of policies, on the worst case, and on the demo tenant, with cedar-wasm beside it.
 * By itself: `node tools/build.mjs && node test/bench/engine.mjs [--json]`.
 */
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { interleave } from './support/rounds.mjs';
import { median, medianRatio, rounded } from './support/statistics.mjs';
import { textTable } from './support/table.mjs';

// Without it a hot call into cedar-wasm aborts Node 20 (libs/policy/README.md).
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const SIZES = [10, 100, 1_000, 10_000];
const WORST = 1_000;
const ALIKE = `${WORST} that all match, with the same conditions`;
const DISTINCT = `${WORST} that all match, with conditions of their own`;

export async function measure({ short, rounds, say }) {
  const { CedarWasmEngine, CompiledEngine } = await import('@sallyport/policy');
  const { allMatchingBundle, questions, scopedBundle } = await import('./support/engine-world.mjs');
  const { demoBundle, demoQuestions } = await import('./support/engine-demo.mjs');
  const { microsPerDecision } = await import('./support/engine-timing.mjs');
  const compiled = new CompiledEngine();
  const reference = new CedarWasmEngine();
  const cpuMs = short ? 150 : 500;
  const subjects = {};
  for (const size of SIZES) {
    say(`compiling ${size} policies`);
    const bundle = scopedBundle(size);
    add(`${size} scoped`, compiled, bundle, questions(size));
    // cedar-wasm takes minutes to read the larger sets, and looks at every policy each time.
    if (size <= WORST && !short)
      add(`${size} scoped, cedar-wasm`, reference, bundle, questions(size));
  }
  for (const name of [ALIKE, DISTINCT]) {
    say(`compiling ${name}`);
    const bundle = allMatchingBundle(WORST, name === DISTINCT);
    add(name, compiled, bundle, questions(WORST));
    add(`${name}, cedar-wasm`, reference, bundle, questions(WORST));
  }
  add('demo tenant', compiled, await demoBundle(), await demoQuestions());
  add('demo tenant, cedar-wasm', reference, await demoBundle(), await demoQuestions());
  const micros = await interleave(rounds + 1, subjects);
  // The first round warms the code up.
  for (const name of Object.keys(micros)) micros[name].shift();
  return report(micros);

  function add(name, engine, bundle, asked) {
    const policy = engine.load(name, bundle);
    subjects[name] = async () => microsPerDecision(policy, asked, { cpuMs });
  }
}

function report(micros) {
  const rows = Object.entries(micros).map(([policies, values]) => ({
    policies,
    'µs/decision': rounded(median(values)),
    'times faster than cedar-wasm': timesFaster(micros, policies),
  }));
  const flat = medianRatio(micros['10000 scoped'], micros['10 scoped']);
  return {
    title: 'The engine alone',
    about:
      'CPU time of one decision, from facts and live registers to the evaluation with its obligations; parsing the request and writing the log are not in it. Eleven conditions on identity, device, network, risk, grant and request hold for every question; context members are decoded when a condition asks for them. cedar-wasm is called with a parsed policy set.',
    rows,
    goals: [
      {
        what: 'decision on the demo tenant',
        value: median(micros['demo tenant']),
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
  const result = await measure({ short: false, rounds: 5, say: (line) => console.error(line) });
  if (process.argv.includes('--json'))
    console.log(JSON.stringify({ name: 'engine', ...result }, null, 1));
  else console.log(`${textTable(result.rows)}\n\n${textTable(result.goals)}`);
}
