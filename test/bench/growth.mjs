/** What a decision costs as the registers grow: entities, devices, consents and grants, all four at once. */
import { join } from 'node:path';
import { startDatabase } from './support/database.mjs';
import { fillRegisters, kinds } from './support/fill-registers.mjs';
import * as tenant from './support/growth-tenant.mjs';
import { runProgram } from './support/programs.mjs';
import { interleave } from './support/rounds.mjs';
import { startSallyport } from './support/sallyport.mjs';
import { median, medianRatio, rounded } from './support/statistics.mjs';
import { runWrk, writeBodies } from './support/wrk.mjs';

const connections = 32;
const questionCount = 20_000;

const about = `Each size has a broker and a PostgreSQL (fsync on) of its own, with that many rows in each of the four registers; every question is about somebody
else, drawn over the whole register, and needs their attributes, groups, device, consent and grant. "items" counts all four. "start" is the start of the whole process until it is
ready; memory is what is live after a full collection, by a load of the same registers alone, "longest pause" the longest turn of the event loop in it.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure({ cleanup, say, short, rounds, seconds }) {
  const sizes = short ? [1_000, 100_000] : [1_000, 30_000, 1_000_000];
  const subjects = {};
  for (const size of sizes) {
    say(`${size} rows in each of ${kinds.length} registers`);
    subjects[size] = await startAt(size, cleanup);
  }
  const runs = await interleave(
    rounds,
    Object.fromEntries(
      Object.entries(subjects).map(([size, { load }]) => [
        size,
        () => runWrk({ ...load, connections, seconds }),
      ]),
    ),
  );
  const perSecond = (size) => runs[size].map((run) => run.perSecond);
  const ratio = (size) => medianRatio(perSecond(size), perSecond(sizes[0]));
  const rows = sizes.map((size) => rowOf(size, subjects[size], runs[size], ratio(size)));
  const largest = sizes.at(-1);
  return {
    title: 'Decisions as registers grow',
    about: about.replaceAll('\n', ' '),
    rows,
    goals: [
      {
        what: `throughput with ${largest} rows in each register, of that with ${sizes[0]}`,
        value: rounded(ratio(largest)),
        unit: '×',
        atLeast: 0.8,
      },
    ],
    plots: [
      {
        kind: 'lines',
        id: 'growth',
        title: 'Decisions per second by rows in each of four registers',
        xLabel: 'rows in each register',
        yLabel: 'decisions/s',
        logX: true,
        lines: [
          {
            label: 'durable log on',
            points: sizes.map((size) => [size, Math.round(median(perSecond(size)))]),
          },
        ],
      },
    ],
  };
}

async function startAt(size, cleanup) {
  const database = await startDatabase(cleanup);
  // The tenant comes about through the door, so that its version and policy are as anybody's; then its registers are filled.
  await tenant.create(cleanup, database);
  await fillRegisters(database.url, { tenant: tenant.name, to: size });
  const memory = JSON.parse(
    await runProgram(process.execPath, [
      '--expose-gc',
      '--max-old-space-size=8192',
      join(import.meta.dirname, 'support/register-memory.mjs'),
      database.url,
      tenant.name,
    ]),
  );
  const began = performance.now();
  const sallyport = await startSallyport(cleanup, { database });
  const startSeconds = (performance.now() - began) / 1_000;
  const questions = tenant.questionsOf(questionCount, size);
  await tenant.requirePermits(sallyport, questions.slice(0, 50));
  const load = {
    url: `${sallyport.baseUrl}/access/v1/evaluation`,
    token: sallyport.pepKey,
    bodies: writeBodies(cleanup, questions),
  };
  await runWrk({ ...load, connections, seconds: 3 });
  return { load, memory, startSeconds, residentBytes: sallyport.residentBytes() };
}

function rowOf(size, { memory, startSeconds, residentBytes }, runs, ratio) {
  const bytes = Object.entries(memory.bytesPerItem).map(([kind, value]) => [
    `${kind} bytes`,
    size < 30_000 ? null : value,
  ]);
  return {
    items: size * kinds.length,
    'requests/s': rounded(median(runs.map(({ perSecond }) => perSecond))),
    'of smallest ×': rounded(ratio),
    'p99 ms': rounded(median(runs.map(({ latencyMs }) => latencyMs.p99))),
    'start s': rounded(startSeconds),
    'load s': rounded(memory.seconds),
    'longest pause ms': rounded(memory.longestPauseMs),
    'resident MiB': Math.round(residentBytes / 1_048_576),
    ...Object.fromEntries(bytes),
  };
}
