/** Rounds of the policy library's differential test, dealt out to worker processes of a compiled copy (policy-lab.mjs). */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { say } from './progress.mjs';

/** Rounds of one worker process: enough to get hot, few enough that what it leaks does not matter. */
const ROUNDS_PER_JOB = 2000;
const MAX_DISAGREEMENTS = 10;
const SAY_EVERY_MS = 15_000;

/** Node 20 aborts when it inlines a hot call into cedar-wasm. */
export const workerOptions = { execArgv: ['--no-turbo-inline-js-wasm-calls'] };

/** The path of a module of the lab's differential test. */
export function moduleOf(lab, name) {
  return join(lab, 'policy/test/differential', name);
}

/** A module of the lab's differential test. */
export function differentialModule(lab, name) {
  return import(pathToFileURL(moduleOf(lab, name)));
}

/**
 * Judges rounds `first` to `first + rounds` of a seed on every core; ends early at the deadline (ms since 1970) of `bounds.deadline`, or when there is
 * more disagreement than a person reads. Resolves to what all workers reported, added up.
 */
export async function runDifferential(lab, { seed, first, rounds }, bounds) {
  const { addCounts } = await differentialModule(lab, 'coverage.js');
  const sum = { cases: 0, agreed: 0, counts: {}, disagreements: [] };
  const end = first + rounds;
  const cores = availableParallelism();
  const roundsPerJob = Math.min(ROUNDS_PER_JOB, Math.ceil(rounds / cores));
  let next = first;
  const isOver = () =>
    next >= end || Date.now() >= bounds.deadline || sum.disagreements.length >= MAX_DISAGREEMENTS;
  const lane = async () => {
    while (!isOver()) {
      const job = { seed, first: next, rounds: Math.min(roundsPerJob, end - next) };
      next += job.rounds;
      const report = await runJob(lab, job);
      sum.cases += report.cases;
      sum.agreed += report.agreed;
      addCounts(sum.counts, report.counts);
      sum.disagreements.push(...report.disagreements);
    }
  };
  const progress = setInterval(
    () => say(`${sum.agreed}/${sum.cases} cases agree so far`),
    SAY_EVERY_MS,
  );
  try {
    await Promise.all(Array.from({ length: cores }, lane));
  } finally {
    clearInterval(progress);
  }
  return sum;
}

/** What one worker process reports on its job (`run-rounds.ts`). Throws when it dies without a report. */
async function runJob(lab, job) {
  const worker = fork(moduleOf(lab, 'worker.js'), workerOptions);
  let report;
  worker.once('message', (message) => (report = message));
  worker.send(job);
  const [code, signal] = await once(worker, 'exit');
  if (report !== undefined) return report;
  throw new Error(
    `the worker for seed ${job.seed}, round ${job.first} on, died: ${signal ?? code}`,
  );
}
