/** One evaluation, and batches of 50, over HTTP: Sallyport with its durable log, against a bare Fastify route and against Cerbos. */
import { requireLogged, runLoad, subjectOf } from './support/http-load.mjs';
import { reportOf } from './support/http-report.mjs';
import { runAtRate } from './support/open-loop.mjs';
import { interleave } from './support/rounds.mjs';
import { median, percentile } from './support/statistics.mjs';
import { writeBodies } from './support/wrk.mjs';
import { startWorld } from './support/zero-trust-world.mjs';
import { forCerbos } from './support/zero-trust-cerbos.mjs';
import * as zeroTrust from './support/zero-trust.mjs';

const questionCount = 512;
const batchCount = 64;
const batchSize = 50;
const halfLoadConnections = 64;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure(options) {
  const { cleanup, say } = options;
  const world = await startWorld(cleanup, say);
  const loads = loadsOf(world, cleanup);
  const size = await world.sallyport.logSize(zeroTrust.tenant, 1);
  const measured = {};
  for (const [name, load] of Object.entries(loads)) {
    say(`${load.what}, ${load.connections} connections`);
    measured[name] = await runLoad(load, options);
  }
  const runs = Object.entries(loads).map(([name, load]) => ({ ...load, ...measured[name] }));
  const grown = await requireLogged(world.sallyport, zeroTrust.tenant, size, runs);
  const peak = median(measured.single64.sallyport.map(({ perSecond }) => perSecond));
  const half = await runHalfLoad(loads.single64.subjects, Math.floor(peak / 2), options);
  await requireExactlyLogged(world.sallyport, grown, half);
  return reportOf(loads, measured, half);
}

function loadsOf({ sallyport, floor, cerbos }, cleanup) {
  const subjects = (path, ours, theirs) => {
    const bodies = writeBodies(cleanup, ours);
    return {
      sallyport: subjectOf(sallyport, `${sallyport.baseUrl}${path}`, bodies),
      floor: subjectOf(floor, `${floor.baseUrl}${path}`, bodies),
      cerbos: subjectOf(cerbos, cerbos.url, writeBodies(cleanup, theirs)),
    };
  };
  const now = Date.now();
  const questions = zeroTrust.questionsOf(questionCount);
  const batches = zeroTrust.batchesOf(batchCount, batchSize);
  const single = subjects(
    '/access/v1/evaluation',
    questions.map((question) => zeroTrust.forSallyport(question)),
    questions.map((question) => forCerbos(question, now)),
  );
  const batch = subjects(
    '/access/v1/evaluations',
    batches.map((question) => zeroTrust.forSallyport(question, { isBatch: true })),
    batches.map((question) => forCerbos(question, now)),
  );
  return {
    single256: { what: 'one evaluation', checks: 1, connections: 256, subjects: single },
    single64: { what: 'one evaluation', checks: 1, connections: 64, subjects: single },
    single10: { what: 'one evaluation', checks: 1, connections: 10, subjects: single },
    batch10: { what: 'batch of 50', checks: batchSize, connections: 10, subjects: batch },
  };
}

async function runHalfLoad({ sallyport, floor }, rate, { rounds, seconds, say }) {
  say(`half load: ${rate} requests/s`);
  const run = (subject) => async () => {
    const { latenciesMs } = await runAtRate({
      ...subject,
      rate,
      seconds,
      connections: halfLoadConnections,
    });
    return {
      requests: latenciesMs.length,
      p50: percentile(latenciesMs, 0.5),
      p99: percentile(latenciesMs, 0.99),
    };
  };
  const results = await interleave(rounds, { sallyport: run(sallyport), floor: run(floor) });
  return { rate, ...results };
}

async function requireExactlyLogged(sallyport, before, half) {
  const answered = half.sallyport.reduce((sum, { requests }) => sum + requests, 0);
  const size = await sallyport.logSize(zeroTrust.tenant, before + answered);
  if (size !== before + answered)
    throw new Error(`${answered} decisions were answered, but the log grew by ${size - before}`);
}
