/**
 * `node tools/mutate-policy.mjs [--rounds N] [--seed S] [--only TEXT]`: puts known faults (policy-faults.mjs) into copies of the compiled engine, one
 * fault each, and lets the differential test look for them in at most N rounds, beside a sound copy. Ends with `<caught>/<total> faults caught`; exit 0
 * only if all are, and the sound copy agrees on every case.
 */
import { transform } from '@swc/core';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { moduleOf, workerOptions } from './differential-run.mjs';
import { faults } from './policy-faults.mjs';
import { buildLab, compileOptions, removeLab } from './policy-lab.mjs';
import { Refusal, runTool } from './progress.mjs';
import { root } from './setup.mjs';

const source = join(root, 'libs/policy/src/compiled');
const SOUND = 'no fault';

await runTool('mutate-policy', async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '6000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
    },
  });
  const wanted = faults.filter(({ name }) => name.includes(values.only));
  if (wanted.length === 0) throw new Refusal(`no fault is named like ${values.only}`, 64);
  const job = { seed: Number(values.seed), rounds: Number(values.rounds) };
  const sound = await buildLab('sound');
  const labs = [sound];
  try {
    const suspects = [];
    for (const [at, fault] of wanted.entries()) {
      const lab = await buildFaulty(sound, fault, at);
      if (lab === undefined) continue;
      labs.push(lab);
      suspects.push({ name: fault.name, engine: engineOf(lab) });
    }
    const results = await huntAll(sound, suspects, job);
    const caught = results.filter(({ name, isCaught }) => name !== SOUND && isCaught).length;
    console.log(`${caught}/${wanted.length} faults caught`);
    const isSound = !results.some(({ name, isCaught }) => name === SOUND && isCaught);
    if (caught < wanted.length || !isSound) process.exitCode = 1;
  } finally {
    for (const lab of labs) removeLab(lab);
  }
});

/** A copy with the fault in it; undefined, and said so, where the fault's text is not there. */
async function buildFaulty(sound, { name, file, find, replace }, at) {
  const text = readFileSync(join(source, file), 'utf8');
  const places = text.split(find).length - 1;
  if (places !== 1) {
    console.log(`DOES NOT APPLY: its text stands ${places} times in ${file}: ${name}`);
    return undefined;
  }
  const lab = `${sound}-${at}`;
  cpSync(sound, lab, { recursive: true });
  const { code } = await transform(
    text.replace(find, () => replace),
    compileOptions,
  );
  writeFileSync(join(lab, 'policy/src/compiled', file.replace(/\.ts$/, '.js')), code);
  return lab;
}

/** Deals the suspects out to one process a core, each with a sound engine among them. */
async function huntAll(sound, suspects, job) {
  const cores = availableParallelism();
  const groups = Array.from({ length: cores }, (_, core) =>
    suspects.filter((_, at) => at % cores === core),
  );
  const results = [];
  const hunts = groups.map(async (group) => {
    const worker = fork(moduleOf(sound, 'hunt-worker.js'), workerOptions);
    worker.on('message', (result) => {
      results.push(result);
      say(result);
    });
    worker.send({ ...job, suspects: [{ name: SOUND, engine: engineOf(sound) }, ...group] });
    const [code, signal] = await once(worker, 'exit');
    if (code !== 0) throw new Error(`a hunting process died: ${signal ?? code}`);
  });
  await Promise.all(hunts);
  return results;
}

function say({ name, cases, isCaught }) {
  const isGood = isCaught === (name !== SOUND);
  const line = isCaught ? `caught after ${cases} cases` : `passed ${cases} cases`;
  console.log(`${isGood ? 'ok' : 'BAD'} ${line.padEnd(25)} ${name}`);
}

function engineOf(lab) {
  return pathToFileURL(moduleOf(lab, 'compiled.js')).href;
}
