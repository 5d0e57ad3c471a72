/**
 * `npm run bench [-- --short] [--only http,engine] [--rounds 5] [--seconds 8] [--json results.json]`: every measurement that Sallyport publishes.
 * Prints a table for each module, and a verdict for each number that was promised; writes all of it as JSON. A module that fails is
 * reported, the others still run, and the exit code is 1; a goal that this machine misses is reported and no failure of the run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal, runTool, say } from '../../tools/progress.mjs';
import { setUp } from '../../tools/setup.mjs';
import { modules } from './modules.mjs';
import { processorTicks, stolenNote, stolenShare } from './support/stolen-time.mjs';

/** As documents show it: without the place of the results. */
const flags = process.argv
  .slice(2)
  .join(' ')
  .replace(/ ?--json[ =]\S+/, '');
const command = `npm run bench${flags === '' ? '' : ` -- ${flags}`}`;

await runTool('bench', async () => {
  const settings = readFlags();
  await setUp();
  // Only now: what it reads is there after the set-up.
  const { describeMachine } = await import('./support/machine.mjs');
  const machine = await describeMachine();
  if (machine.wrk === 'not installed')
    throw new Refusal('wrk is needed: `apt-get install wrk`, `brew install wrk`.');
  console.log(
    Object.entries(machine)
      .map((entry) => entry.join(' '))
      .join(', '),
  );
  const { only, json, ...options } = settings;
  const results = { at: new Date().toISOString(), command, machine, options, modules: {} };
  for (const name of only) {
    say(`measuring ${name}`);
    const began = { atMs: Date.now(), ticks: processorTicks() };
    const result = {
      ...(await runModule(name, options)),
      tookSeconds: Math.round((Date.now() - began.atMs) / 1_000),
      stolenShare: stolenShare(began.ticks, processorTicks()),
    };
    results.modules[name] = result;
    await print(name, result);
    if (result.failed) process.exitCode = 1;
    if (result.failed === 'interrupted') break;
    if (json) writeFileSync(json, `${JSON.stringify(results, null, 1)}\n`);
  }
  const { promisesOf } = await import('./support/bench-document.mjs');
  const { textTable } = await import('./support/table.mjs');
  console.log(`${textTable(promisesOf(results))}\n`);
  if (json) say(`wrote ${json}`);
  if (process.exitCode) throw new Refusal('not everything could be measured.');
});

function readFlags() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', default: modules.join(',') },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const only = values.only.split(',').filter((name) => name !== '');
  const unknown = only.filter((name) => !modules.includes(name));
  if (unknown.length > 0)
    throw new Refusal(`--only: no module ${unknown.join(', ')}; there are ${modules.join(', ')}.`);
  return {
    only,
    json: values.json,
    short: values.short,
    rounds: wholeNumber('rounds', values.rounds, values.short ? 3 : 5),
    seconds: wholeNumber('seconds', values.seconds, values.short ? 2 : 6),
  };
}

function wholeNumber(name, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new Refusal(`--${name}: must be a whole number from 1.`);
  return Number(text);
}

/** The module's result, or `{ failed: message }`. */
async function runModule(name, options) {
  const child = fork(
    join(import.meta.dirname, 'support/run-module.mjs'),
    [name, JSON.stringify(options)],
    {
      execArgv: ['--expose-gc'],
    },
  );
  // Ctrl-C reaches the child as well, which stops what it started; we wait for it.
  const ignore = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', pass);
  let told = { failed: 'ended without a result' };
  child.on('message', ({ type, result, message }) => {
    if (type === 'result') told = result;
    if (type === 'failed') told = { failed: message };
  });
  await once(child, 'exit');
  process.off('SIGINT', ignore).off('SIGTERM', pass);
  return told;
}

async function print(name, { failed, title, about, rows, goals = [], stolenShare: share }) {
  if (failed) return console.error(`\n${name} FAILED: ${failed}\n`);
  const { textTable, verdictOf } = await import('./support/table.mjs');
  const verdicts = goals.map((goal) => `${goal.what}: ${verdictOf(goal)}`);
  console.log(
    [
      '',
      `${title} (${name})`,
      about,
      '',
      textTable(rows),
      '',
      ...verdicts,
      ...stolenNote(share),
      '',
    ].join('\n'),
  );
}
