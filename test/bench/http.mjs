/** One evaluation, and batches of 50, over HTTP: Sallyport with its durable log, against a bare Fastify route and against Cerbos. */
import { reportOf } from './support/http-report.mjs';
import { runAtRate } from './support/open-loop.mjs';
import { interleave } from './support/rounds.mjs';
import { median, percentile } from './support/statistics.mjs';
import { runWrk, writeBodies } from './support/wrk.mjs';
import { startWorld } from './support/zero-trust-world.mjs';
import { forCerbos } from './support/zero-trust-cerbos.mjs';
import * as zeroTrust from './support/zero-trust.mjs';

const questionCount = 512;
const batchCount = 64;
const batchSize = 50;
const warmUpSeconds = 2;
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
  const grown = await requireLogged(world.sallyport, size, loads, measured);
  const peak = median(measured.single64.sallyport.map(({ perSecond }) => perSecond));
  const half = await runHalfLoad(loads.single64.subjects, Math.floor(peak / 2), options);
  await requireExactlyLogged(world.sallyport, grown, half);
  return reportOf(loads, measured, half);
}

function loadsOf({ sallyport, floor, cerbos }, cleanup) {
  const subjects = (path, ours, theirs) => {
    const bodies = writeBodies(cleanup, ours);
    return {
      sallyport: {
        url: `${sallyport.baseUrl}${path}`,
        token: sallyport.pepKey,
        bodies,
        cpu: sallyport.cpu,
      },
      floor: { url: `${floor.baseUrl}${path}`, bodies, cpu: () => ({ api: floor.cpu() }) },
      cerbos: {
        url: cerbos.url,
        bodies: writeBodies(cleanup, theirs),
        cpu: () => ({ api: cerbos.cpu() }),
      },
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
    single64: { what: 'one evaluation', checks: 1, connections: 64, subjects: single },
    single10: { what: 'one evaluation', checks: 1, connections: 10, subjects: single },
    batch10: { what: 'batch of 50', checks: batchSize, connections: 10, subjects: batch },
  };
}

async function runLoad({ subjects, connections }, { rounds, seconds }) {
  const warmUps = [];
  for (const subject of Object.values(subjects))
    warmUps.push([subject, await runWrk({ ...subject, connections, seconds: warmUpSeconds })]);
  const runs = Object.entries(subjects).map(([name, subject]) => [
    name,
    () => withCpu(subject, () => runWrk({ ...subject, connections, seconds })),
  ]);
  const results = await interleave(rounds, Object.fromEntries(runs));
  return { ...results, warmUp: warmUps.find(([subject]) => subject === subjects.sallyport)[1] };
}

async function withCpu({ cpu }, load) {
  const before = cpu();
  const result = await load();
  const after = cpu();
  const perRequest = Object.keys(after).map((part) => [
    part,
    (after[part] - before[part]) / result.requests,
  ]);
  return { ...result, cpuMicros: Object.fromEntries(perRequest) };
}

/** wrk hangs up on what is in flight at its end; what it counted as answered must be in the log, and no more than that can be besides. */
async function requireLogged(sallyport, before, loads, measured) {
  let [answered, cut] = [0, 0];
  for (const [name, { checks, connections }] of Object.entries(loads))
    for (const { requests } of [measured[name].warmUp, ...measured[name].sallyport]) {
      answered += requests * checks;
      cut += connections * checks;
    }
  const size = await sallyport.logSize(zeroTrust.tenant, before + answered);
  if (size > before + answered + cut)
    throw new Error(
      `${answered} decisions were answered, at most ${cut} cut off, but the log grew by ${size - before}`,
    );
  return size;
}

async function runHalfLoad({ sallyport, floor }, rate, { rounds, seconds, say }) {
  say(`half load: ${rate} requests/s`);
  const run = (subject) => async () => {
    const { latenciesMs, latenessMs } = await runAtRate({
      ...subject,
      rate,
      seconds,
      connections: halfLoadConnections,
    });
    return {
      requests: latenciesMs.length,
      p50: percentile(latenciesMs, 0.5),
      p99: percentile(latenciesMs, 0.99),
      lateP99: percentile(latenessMs, 0.99),
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
