/** Two decision processes on one port, against two bare processes on one port. */
import { startFloor } from './support/floor.mjs';
import { requireLogged, runLoad, subjectOf } from './support/http-load.mjs';
import { median, medianRatio } from './support/statistics.mjs';
import { writeBodies } from './support/wrk.mjs';
import { startTenant } from './support/zero-trust-world.mjs';
import * as zeroTrust from './support/zero-trust.mjs';

const processes = 2;
const connections = 64;

const about = `The evaluation of \`http\` with SALLYPORT_WORKERS=2, against two processes of the bare route. On a machine with two cores the load generator and PostgreSQL
take from both; what the second process brings shows where there are more.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure(options) {
  const { cleanup } = options;
  const sallyport = await startTenant(cleanup, { env: { SALLYPORT_WORKERS: String(processes) } });
  const floor = await startFloor(cleanup, { processes });
  const path = '/access/v1/evaluation';
  const bodies = writeBodies(
    cleanup,
    zeroTrust.questionsOf(512).map((question) => zeroTrust.forSallyport(question)),
  );
  const subjects = {
    sallyport: subjectOf(sallyport, `${sallyport.baseUrl}${path}`, bodies),
    floor: subjectOf(floor, `${floor.baseUrl}${path}`, bodies),
  };
  const size = await sallyport.logSize(zeroTrust.tenant, 1);
  const load = { subjects, connections, checks: 1 };
  const run = await runLoad(load, options);
  await requireLogged(sallyport, zeroTrust.tenant, size, [{ ...load, ...run }]);
  const perSecond = (name) => run[name].map((round) => round.perSecond);
  const ratio = medianRatio(perSecond('sallyport'), perSecond('floor'));
  return {
    title: 'Two processes',
    about: about.replaceAll('\n', ' '),
    rows: Object.keys(subjects).map((name) => rowOf(name, run[name], name === 'floor' ? ratio : 1)),
  };
}

function rowOf(name, rounds, ratio) {
  const of = (pick) => median(rounds.map(pick));
  return {
    subject: name,
    processes,
    connections,
    'requests/s': of(({ perSecond }) => perSecond),
    'p50 ms': of(({ latencyMs }) => latencyMs.p50),
    'p99 ms': of(({ latencyMs }) => latencyMs.p99),
    'CPU µs/request': of(({ cpuMicros }) => cpuMicros.server),
    '+ PostgreSQL': name === 'sallyport' ? of(({ cpuMicros }) => cpuMicros.postgres) : null,
    'Sallyport is, ×': ratio,
  };
}
