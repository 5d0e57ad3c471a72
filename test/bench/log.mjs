/**
 * What the log costs as it grows: appending, proofs, look-ups, export. Also alone:
 * `node tools/build.mjs && node test/bench/log.mjs [--entries 10000000] [--rounds 5]`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fillLog, fillRecords, idOf, decisionMaker, publish } from './support/fill-log.mjs';
import { openLogWorld } from './support/log-world.mjs';
import { cpuOfServer } from './support/postgres-cpu.mjs';
import { interleave } from './support/rounds.mjs';
import { median, medianRatio, percentile, rounded } from './support/statistics.mjs';
import { withClient } from './support/with-client.mjs';

const SMALL = 1_000;
const LARGE = 'large';
/** A group of decisions of the peak. */
const GROUP = 64;
const APPENDS = 200;
const LOOKS = 400;
/** Each connection plans its statements once, and V8 compiles what it runs. */
const FIRST_LOOKS = 20;
const EXPORT_CHUNK_MS = 5;

const about = `Two logs in one PostgreSQL (fsync on), of 1,000 entries and of the size named, 1.1 KB each and so alike that they are stored in less than real ones. An append is one segment of 64 entries, in rounds that alternate
between a fresh small log and the large one; proofs and look-ups are of random entries, after 20 that don't count; "cold" has no hash of
the tree in this process's memory, and is the path alone; the other is all that the door answers, the entry included. The export is everything, unfiltered,
as the door streams it; its memory is what the whole process grew by at the most.`;

/** @param {import('./support/contract.d.ts').BenchOptions & { entries?: number }} options */
export async function measure({ cleanup, say, short, rounds, entries }) {
  const size = entries ?? (short ? 200_000 : 10_000_000);
  const world = await openLogWorld(cleanup);
  const filled = performance.now();
  say(`filling a log with ${size} entries`);
  await Promise.all([fillLog(world, LARGE, size), fillRecords(world, LARGE, size)]);
  await fillLog(world, 'small', SMALL);
  await fillRecords(world, 'small', SMALL);
  for (let round = 0; round <= rounds; round += 1) await fillLog(world, `fresh-${round}`, SMALL);
  await vacuum(world);
  say(`filled in ${Math.round((performance.now() - filled) / 1_000)} s`);
  const looks = {
    [SMALL]: await lookUps(world, 'small', SMALL),
    [size]: await lookUps(world, LARGE, size),
  };
  say('appending');
  const appends = await appendRounds(world, rounds, size);
  say('exporting');
  const exported = await exportAll(world, LARGE);
  const rows = [SMALL, size].map((n) => ({
    entries: n,
    'append ms p50': rounded(median(appends[n].map(({ p50 }) => p50))),
    'append µs CPU/entry': rounded(median(appends[n].map(({ cpuMicros }) => cpuMicros))),
    ...looks[n],
    'export entries/s': n === size ? Math.round(exported.perSecond) : null,
    'export memory MB': n === size ? rounded(exported.grownMegabytes) : null,
    'export µs own CPU/entry': n === size ? rounded(exported.cpuMicros) : null,
    'export µs Postgres CPU/entry': n === size ? rounded(exported.postgresMicros) : null,
    'export bytes/entry': n === size ? rounded(exported.bytesPerEntry) : null,
  }));
  const ratio = medianRatio(...[size, SMALL].map((n) => appends[n].map(({ p50 }) => p50)));
  return {
    title: 'The log as it grows',
    about: about.replaceAll('\n', ' '),
    rows,
    goals: goalsOf(size, ratio, rows.at(-1)),
  };
}

function goalsOf(size, ratio, row) {
  return [
    {
      what: `append to ${size} entries, of that to ${SMALL}`,
      value: rounded(ratio),
      unit: '×',
      atMost: 1.2,
    },
    {
      what: `inclusion proof in ${size} entries, cold, p99`,
      value: row['proof cold ms p99'],
      unit: 'ms',
      atMost: 5,
    },
    {
      what: `export of ${size} entries`,
      value: row['export entries/s'],
      unit: 'entries/s',
      atLeast: 50_000,
    },
  ];
}

/** Rounds that alternate: a fresh small log each time, for it is not small any more after one. */
async function appendRounds(world, rounds, size) {
  let fresh = 0;
  await appendTo(world, `fresh-${fresh++}`); // warms what both use
  return interleave(rounds, {
    [SMALL]: () => appendTo(world, `fresh-${fresh++}`),
    [size]: () => appendTo(world, LARGE),
  });
}

async function appendTo({ audit, server }, tenantId) {
  const entryOf = decisionMaker();
  const group = Array.from({ length: GROUP }, (_, n) => entryOf(n));
  await audit.appendEncoded(tenantId, group); // learns where the head is
  const [own, postgres] = [process.cpuUsage(), cpuOfServer(server.pid)];
  const took = [];
  for (let n = 0; n < APPENDS; n += 1) {
    const started = performance.now();
    await audit.appendEncoded(tenantId, group);
    took.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(own);
  const micros = user + system + cpuOfServer(server.pid) - postgres;
  return { p50: percentile(took, 0.5), cpuMicros: micros / (APPENDS * GROUP) };
}

async function lookUps(world, tenantId, size) {
  const random = () => Math.floor(Math.random() * size);
  const evidence = world.createEvidence();
  const { checkpoint } = await evidence.log.state(tenantId);
  const took = async (act, looks = LOOKS) => {
    const times = [];
    for (let n = 0; n < FIRST_LOOKS; n += 1) await act();
    for (let n = 0; n < looks; n += 1) {
      const started = performance.now();
      if ((await act()) === undefined) throw new Error('what was logged was not found');
      times.push(performance.now() - started);
    }
    return times;
  };
  const { TreeHashes } = await import('../../apps/api/dist/evidence/tree-hashes.js');
  const coldHashes = () => new TreeHashes(world.ports.reader);
  const cold = await took(() => coldHashes().inclusionProof(tenantId, random(), checkpoint.size));
  const consistency = await took(() =>
    coldHashes().consistencyProof(tenantId, 1 + random(), checkpoint.size),
  );
  const warm = await took(() => evidence.log.prove(tenantId, random()));
  const byId = await took(() => evidence.evidence.find(tenantId, idOf(random()), 'everything'));
  return {
    'proof cold ms p50': rounded(percentile(cold, 0.5)),
    'proof cold ms p99': rounded(percentile(cold, 0.99)),
    'proof ms p50': rounded(percentile(warm, 0.5)),
    'consistency ms p99': rounded(percentile(consistency, 0.99)),
    'by id ms p99': rounded(percentile(byId, 0.99)),
  };
}

async function exportAll(world, tenantId) {
  const evidence = world.createEvidence();
  await publish(world.ports, evidence, tenantId);
  global.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(
    () => (peak = Math.max(peak, process.memoryUsage.rss())),
    EXPORT_CHUNK_MS,
  );
  const [own, postgres] = [process.cpuUsage(), cpuOfServer(world.server.pid)];
  const started = performance.now();
  const { zip } = await evidence.exporter.start(tenantId, { filter: {}, actor: 'bench' });
  let bytes = 0;
  for await (const part of zip) bytes += part.length;
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  const { user, system } = process.cpuUsage(own);
  const postgresMicros = cpuOfServer(world.server.pid) - postgres;
  const { checkpoint } = await evidence.log.state(tenantId);
  return {
    perSecond: checkpoint.size / seconds,
    grownMegabytes: (peak - before) / 1e6,
    bytesPerEntry: bytes / checkpoint.size,
    cpuMicros: (user + system) / checkpoint.size,
    postgresMicros: postgresMicros / checkpoint.size,
  };
}

/** What autovacuum would have done by itself after a while, before anything is measured. */
async function vacuum({ server }) {
  await withClient(server.url(), async (owner) => {
    await owner.query('VACUUM ANALYZE');
    await owner.query('CHECKPOINT');
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { createCleanup } = await import('./support/cleanup.mjs');
  const { textTable } = await import('./support/table.mjs');
  const { values } = parseArgs({
    options: {
      entries: { type: 'string', default: '10000000' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const cleanup = createCleanup();
  try {
    const [entries, rounds] = [Number(values.entries), Number(values.rounds)];
    const { rows, goals } = await measure({
      cleanup,
      say: console.log,
      short: false,
      rounds,
      entries,
    });
    for (const row of rows)
      console.log(textTable(Object.entries(row).map(([what, value]) => ({ what, value }))), '\n');
    console.log(textTable(goals));
  } finally {
    await cleanup.run();
  }
}
