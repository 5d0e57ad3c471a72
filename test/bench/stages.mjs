/**
 * What each stage of one decision costs in CPU, in process: no network, and a log that takes every entry at once and forgets it. The sum shows
 * what the code around an evaluation costs; HTTP itself and the durable log are measured by http.mjs and append.mjs.
 * Usage: `node tools/build.mjs && node test/bench/stages.mjs [seconds per stage=2]`.
 */
import { textTable } from './support/table.mjs';
import { createStagesWorld } from './support/stages-world.mjs';

const [seconds = 2] = process.argv.slice(2).map(Number);
const rounds = 9;
const world = await createStagesWorld();
const { bodies, batchBodies, batchSize } = world;

const parsed = bodies.map((body) => world.parseStrictJson(body).value);
const questions = parsed.map((body) => world.readQuestion(body));
const judged = questions.map((question) => world.judge(question));
const outcomes = judged.map((one) => world.outcomeOf(one));
const entries = judged.map((one) => world.encode(one));
const gathered = questions.map((question) => world.gather(world.identify(world.ask(question))));

const stages = [
  ['credential', () => world.authenticate()],
  ['body: strict JSON', (n) => world.parseStrictJson(at(bodies, n))],
  ['body: question and options', (n) => world.read(at(parsed, n))],
  ['id, clock, state', (n) => world.ask(at(questions, n))],
  ['1, 2: enforcement point, subject', (n) => world.identify(world.ask(at(questions, n)))],
  ['3: facts', (n) => world.gather(world.identify(world.ask(at(questions, n))))],
  ['4: policy and reasons', (n) => world.evaluate(at(gathered, n))],
  ['6: entry', (n) => world.encode(at(judged, n))],
  ['6: entry, its bytes and leaf hash', (n) => world.log(world.encode(at(judged, n)))],
  ['answer', (n) => world.answer(at(outcomes, n))],
  ['metrics', () => world.observe()],
];

const rows = [];
for (const [name, run] of stages) rows.push({ stage: name, 'CPU µs': await costOf(run) });
rows.push({
  stage: 'a decision, from its question to its answer',
  'CPU µs': await costOf((n) => world.decide(at(questions, n)), 64),
});
rows.push({
  stage: `the same from a body, each of ${batchSize} in a batch`,
  'CPU µs': (await costOf((n) => world.decideBatch(at(batchBodies, n)), 8)) / batchSize,
});
console.log(textTable(rows));
console.log(
  `an entry has ${Math.round(mean(entries.map((entry) => Buffer.byteLength(entry))))} bytes`,
);
process.exit();

/** The least of several rounds, after one to warm up: what else runs on the machine only ever adds to the CPU time. */
async function costOf(run, together = 1) {
  const costs = [];
  await measured(run, together);
  for (let round = 0; round < rounds; round += 1) costs.push(await measured(run, together));
  return Math.min(...costs);
}

async function measured(run, together) {
  let n = 0;
  const until = performance.now() + (seconds * 1_000) / (rounds + 1);
  const before = process.cpuUsage();
  while (performance.now() < until) {
    if (together === 1) for (const end = n + 256; n < end; n += 1) run(n);
    else await Promise.all(Array.from({ length: together }, () => run(n++)));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / n;
}

function at(list, n) {
  return list[n % list.length];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
