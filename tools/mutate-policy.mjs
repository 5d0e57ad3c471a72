/**
 * `node tools/mutate-policy.mjs [--rounds N] [--seed S]`: puts known faults (policy-faults.mjs) into copies of the compiled engine, one at a time, and
 * lets the differential test look for each in at most N rounds. Ends with `<caught>/<total> faults caught`; exit 0 only if all are, and the sound copy
 * agrees on just as many rounds.
 */
import { transform } from '@swc/core';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJob } from './differential-run.mjs';
import { faults } from './policy-faults.mjs';
import { buildLab, compileOptions, removeLab } from './policy-lab.mjs';
import { runTool } from './progress.mjs';
import { root } from './setup.mjs';

const source = join(root, 'libs/policy/src/compiled');

await runTool('mutate-policy', async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '4000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const job = { seed: Number(values.seed), first: 0, rounds: Number(values.rounds), isHunt: true };
  const sound = await buildLab('sound');
  try {
    const queue = [...faults];
    const results = [];
    const lane = async () => {
      for (let fault = queue.shift(); fault !== undefined; fault = queue.shift())
        results.push(await hunt(sound, fault, job));
    };
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
    const { cases, agreed } = await runJob(sound, { ...job, rounds: longest(results) });
    console.log(`without a fault: ${agreed}/${cases} cases agree`);
    const caught = results.filter(({ isCaught }) => isCaught).length;
    console.log(`${caught}/${faults.length} faults caught`);
    if (caught < faults.length || agreed < cases) process.exitCode = 1;
  } finally {
    removeLab(sound);
  }
});

/** Whether the differential test tells the engine with the fault from the reference, and after how many cases. */
async function hunt(sound, fault, job) {
  const text = readFileSync(join(source, fault.file), 'utf8');
  const places = text.split(fault.find).length - 1;
  if (places !== 1)
    return said(
      fault,
      { isCaught: false, cases: 0 },
      `DOES NOT APPLY: its text stands ${places} times in ${fault.file}`,
    );
  const lab = `${sound}-${faults.indexOf(fault)}`;
  try {
    cpSync(sound, lab, { recursive: true });
    const { code } = await transform(
      text.replace(fault.find, () => fault.replace),
      compileOptions,
    );
    writeFileSync(join(lab, 'policy/src/compiled', fault.file.replace(/\.ts$/, '.js')), code);
    const { cases, agreed } = await runJob(lab, job);
    const isCaught = agreed < cases;
    return said(
      fault,
      { isCaught, cases },
      isCaught ? `caught after ${cases} cases` : `SURVIVED ${cases} cases`,
    );
  } finally {
    removeLab(lab);
  }
}

function said({ name }, result, line) {
  console.log(`${line.padEnd(26)} ${name}`);
  return result;
}

/** So many rounds the longest hunt took. */
function longest(results) {
  return Math.ceil(Math.max(...results.map(({ cases }) => cases)) / 8);
}
