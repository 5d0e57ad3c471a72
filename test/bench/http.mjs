/** One evaluation, and batches of 50, over HTTP: Sallyport with its durable log, against a bare Fastify route, one that only logs, and Cerbos. */
import { startLoggingFloor } from './support/floor.mjs';
import { loadsOf, measureLoads } from './support/http-loads.mjs';
import { reportOf } from './support/http-report.mjs';
import { runAtRate } from './support/open-loop.mjs';
import { comeToRest } from './support/rest.mjs';
import { interleave } from './support/rounds.mjs';
import { median, percentile } from './support/statistics.mjs';
import { startWorld } from './support/zero-trust-world.mjs';
import * as zeroTrust from './support/zero-trust.mjs';

const halfLoadConnections = 64;
/** A client at its start is slow itself, and takes the processor from the server: not counted. */
const settlingSeconds = 2;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure(options) {
  const { cleanup, say } = options;
  const world = await startWorld(cleanup, say);
  const loggingFloor = await startLoggingFloor(cleanup);
  const loads = loadsOf({ ...world, loggingFloor }, cleanup);
  const { measured, size } = await measureLoads(loads, world.sallyport, options);
  const peak = median(measured.single64.sallyport.map(({ perSecond }) => perSecond));
  const half = await runHalfLoad(loads.single64.subjects, Math.floor(peak / 2), options);
  await requireExactlyLogged(world.sallyport, size, half);
  return reportOf(loads, measured, half);
}

async function runHalfLoad({ sallyport, floor }, rate, { rounds, seconds, say }) {
  say(`half load: ${rate} requests/s`);
  const run = (subject) => async () => {
    const { latenciesMs } = await runAtRate({
      ...subject,
      rate,
      seconds: settlingSeconds + seconds,
      connections: halfLoadConnections,
    });
    await comeToRest(subject);
    const counted = latenciesMs.slice(rate * settlingSeconds);
    return {
      requests: latenciesMs.length,
      p50: percentile(counted, 0.5),
      p99: percentile(counted, 0.99),
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
