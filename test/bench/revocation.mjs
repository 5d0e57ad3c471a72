/** How long a grant that was revoked still permits, on each of three decision processes on one database, under load. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from './support/database.mjs';
import { startAtRate } from './support/open-loop.mjs';
import { startProber } from './support/prober.mjs';
import * as tenant from './support/revocation-tenant.mjs';
import { startSallyport } from './support/sallyport.mjs';
import { histogramOf, percentile, rounded } from './support/statistics.mjs';
import { runWrk, writeBodies } from './support/wrk.mjs';

const processCount = 3;
const connections = 16;
const boundMs = 100;
/** Of what one process answers alone: three times as much on all of them is about half of what the machine can. */
const shareOfPeak = 0.15;
const longestSeconds = 900;

const about = `Three broker processes on one PostgreSQL (fsync on). Each is asked by its own client, one question after the other, about somebody whose
grant permits it; then one of the processes, each in turn, is told over GraphQL to revoke the grant. Latency is from that call, or from its answer, to the
receipt of the first deny, and so holds a decision with its durable log entry; "of all" is the last of the three. Meanwhile all three serve a load. Everything,
the clients too, shares the machine.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure({ cleanup, say, short }) {
  const revocations = short ? 100 : 320;
  const processes = await startProcesses(cleanup);
  const [first] = processes;
  const session = await tenant.prepare(first, revocations * 2 + 10);
  const bodies = writeBodies(cleanup, tenant.loadQuestions());
  const load = { token: first.pepKey, bodies, connections };
  const url = ({ baseUrl }) => `${baseUrl}/access/v1/evaluation`;
  for (const one of processes) await runWrk({ ...load, url: url(one), seconds: 3 });
  const { perSecond } = await runWrk({ ...load, url: url(first), seconds: short ? 3 : 5 });
  const rate = Math.max(10, Math.floor(perSecond * shareOfPeak));
  say(
    `one process alone answers ${Math.round(perSecond)}/s: a load of ${rate}/s on each of ${processCount}`,
  );
  const steady = processes.map((one) =>
    startAtRate({ ...load, url: url(one), rate, seconds: longestSeconds }),
  );
  const half = await revokeAll(processes, session, 0, revocations);
  for (const one of steady) one.stop();
  for (const { result } of steady) requireAnswered(await result);
  say('as much load as they take');
  let isOver = false;
  const full = (async () => {
    while (!isOver)
      await Promise.all(
        processes.map((one) => runWrk({ ...load, url: url(one), connections: 4, seconds: 2 })),
      );
  })();
  await sleep(500);
  const saturated = await revokeAll(processes, session, revocations, revocations);
  isOver = true;
  await full;
  return reportOf({ half, saturated, rate });
}

async function startProcesses(cleanup) {
  const database = await startDatabase(cleanup);
  const SALLYPORT_MASTER_KEY = randomBytes(32).toString('base64');
  const processes = [];
  for (let n = 0; n < processCount; n += 1) {
    const SALLYPORT_ROLES = n === 0 ? 'main,worker' : 'main';
    processes.push(
      await startSallyport(cleanup, { database, env: { SALLYPORT_MASTER_KEY, SALLYPORT_ROLES } }),
    );
  }
  return processes;
}

/** @returns {Promise<{ fromCall: number[], fromAnswer: number[] }[]>} for each revocation, milliseconds by process */
async function revokeAll(processes, session, from, count) {
  const samples = [];
  for (let n = from; n < from + count; n += 1) {
    const probers = processes.map((one) => startProber(one, tenant.questionOf(n)));
    await Promise.all(probers.map(({ permitted }) => permitted));
    const { calledAt, answeredAt } = await tenant.revoke(processes[n % processCount], session, n);
    const deniedAt = await Promise.all(probers.map(({ denied }) => denied));
    samples.push({
      fromCall: deniedAt.map((at) => at - calledAt),
      fromAnswer: deniedAt.map((at) => Math.max(0, at - answeredAt)),
    });
  }
  return samples;
}

function requireAnswered({ failures, failure }) {
  if (failures > 0) throw new Error(`${failures} requests of the load failed, such as ${failure}`);
}

function reportOf({ half, saturated, rate }) {
  const rows = [...rowsOf(`${rate}/s on each`, half), ...rowsOf('as much as they take', saturated)];
  const all = half.flatMap(({ fromAnswer }) => fromAnswer);
  const histogram = (samples) =>
    histogramOf(samples, { bins: 40, max: Math.max(boundMs, ...samples) });
  return {
    title: 'From a revocation to the first deny',
    about: about.replaceAll('\n', ' '),
    rows,
    goals: [
      {
        what: 'revocation to deny, p99, three processes under load',
        value: rounded(percentile(all, 0.99)),
        unit: 'ms',
        atMost: boundMs,
      },
    ],
    plots: [
      {
        kind: 'histogram',
        id: 'revocation',
        title: `From a revocation's answer to the first deny, ${all.length} denials on three processes under load`,
        xLabel: 'ms',
        yLabel: 'denials',
        bins: histogram(all),
        marks: [
          { label: 'p99', x: percentile(all, 0.99) },
          { label: 'bound', x: boundMs },
        ],
      },
    ],
  };
}

function rowsOf(load, samples) {
  const row = (what, values) => ({
    load,
    'first deny': what,
    revocations: samples.length,
    'p50 ms': rounded(percentile(values, 0.5)),
    'p99 ms': rounded(percentile(values, 0.99)),
    'max ms': rounded(Math.max(...values)),
  });
  const last = (values) => Math.max(...values);
  return [
    row(
      'of each, from the answer',
      samples.flatMap(({ fromAnswer }) => fromAnswer),
    ),
    row(
      'of all, from the answer',
      samples.map(({ fromAnswer }) => last(fromAnswer)),
    ),
    row(
      'of each, from the call',
      samples.flatMap(({ fromCall }) => fromCall),
    ),
    row(
      'of all, from the call',
      samples.map(({ fromCall }) => last(fromCall)),
    ),
  ];
}
