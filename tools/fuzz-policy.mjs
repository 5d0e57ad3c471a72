/**
 * `npm run fuzz:policy`: generated policies, entities and requests, judged by Cedar's own engine and by the compiled one. A case is one request. Without
 * bounds it runs until it is stopped. Usage: `node tools/fuzz-policy.mjs [--cases N] [--seconds T] [--seed S] [--round I]`; the last judges one round of
 * a seed again. Exit 1 on a disagreement, which is made small and kept as a regression file, and when a long run left something unexercised.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differentialModule, runDifferential } from './differential-run.mjs';
import { buildLab, removeLab } from './policy-lab.mjs';
import { Refusal, runTool } from './progress.mjs';
import { root } from './setup.mjs';

/** A run this long must have exercised everything. */
const COVERING_CASES = 100_000;

await runTool('fuzz-policy', async () => {
  const { cases, seconds, seed, round } = options();
  const bounds = { deadline: Date.now() + seconds * 1000 };
  // Whoever stops an endless run wants to know what it found.
  process.once('SIGINT', () => (bounds.deadline = 0));
  const lab = await buildLab();
  try {
    const { QUESTIONS } = await differentialModule(lab, 'generate.js');
    const { EXPECTED } = await differentialModule(lab, 'coverage.js');
    const rounds = round === undefined ? Math.ceil(cases / QUESTIONS) : 1;
    const sum = await runDifferential(lab, { seed, first: round ?? 0, rounds }, bounds);
    printCounts(sum.counts, EXPECTED);
    const gaps = sum.cases < COVERING_CASES ? [] : gapsIn(sum.counts, EXPECTED);
    for (const gap of gaps) console.log(`not exercised, or not known: ${gap}`);
    for (const disagreement of sum.disagreements) report(seed, disagreement);
    console.log(
      'a case is one request, judged by cedar-wasm and by the compiled engine, indexed and linear',
    );
    console.log(`${sum.agreed}/${sum.cases} cases agree, seed ${seed}`);
    if (sum.agreed < sum.cases || sum.cases === 0 || gaps.length > 0) process.exitCode = 1;
  } finally {
    removeLab(lab);
  }
});

function options() {
  const names = ['cases', 'seconds', 'seed', 'round'];
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  });
  const numberOf = (name, otherwise) => {
    const text = values[name];
    if (text === undefined) return otherwise;
    if (!/^\d+$/.test(text)) throw new Refusal(`--${name} takes a whole number, not ${text}`, 64);
    return Number(text);
  };
  return {
    cases: numberOf('cases', Infinity),
    seconds: numberOf('seconds', Infinity),
    seed: numberOf('seed', Date.now() % 2 ** 31),
    round: numberOf('round', undefined),
  };
}

function printCounts(counts, expected) {
  let group;
  for (const name of new Set([...expected, ...Object.keys(counts)])) {
    const [first, ...rest] = name.split('/');
    if (first !== group) console.log(`\n${first}`);
    group = first;
    console.log(`${String(counts[name] ?? 0).padStart(10)}  ${rest.join('/')}`);
  }
  console.log('');
}

function gapsIn(counts, expected) {
  const unknown = Object.keys(counts).filter((name) => !expected.includes(name));
  return [...expected.filter((name) => !counts[name]), ...unknown];
}

function report(seed, { index, engine, difference, reference, verdict, round }) {
  const digest = createHash('sha256').update(round).digest('hex').slice(0, 8);
  const file = `libs/policy/test/differential/regressions/${difference.replaceAll(' ', '-')}-${digest}.json`;
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), round);
  console.log(`${difference}, index ${engine}, round ${index} of seed ${seed}: ${file}`);
  console.log(`cedar-wasm: ${JSON.stringify(reference)}\ncompiled:   ${JSON.stringify(verdict)}`);
  console.log(round);
}
