/** What http.mjs says about what it measured. */
import { median, medianRatio } from './statistics.mjs';

const about = `The same check (device, network, grant, time) three times. Sallyport as in docker-compose.yml: one process for the doors and one for the queues, keys checked, facts from its registers, and every decision durable in its log on
a PostgreSQL of the same machine, fsync on, before it is answered. PostgreSQL has files for its write-ahead log, as one that has run for a while: a fresh one makes each when it needs it, and nothing becomes durable meanwhile. Floor: Fastify, one route that parses the same body and answers a constant. Log alone: that route, when it has made an entry of the common size durable for each check as Sallyport does, on a PostgreSQL of its own with nothing behind it; it
decides nothing, and shows what the log leaves to decisions. Cerbos: CheckResources over HTTP, audit
log off; it gets all facts in the request and must keep none. Both decide alike on 256 questions and 8 batches before the run. Every load is warmed up by 8 to 20 s of itself. wrk, PostgreSQL and the server share the cores, and Cerbos may use
all of them where a Node process uses one: the CPU columns are the fair ones. They count to the end of the work that a load
leaves behind ("backlog": until every entry has its search row and a checkpoint over it, and the processes idle); the next subject waits for that. "At half load" sends at a constant rate, half of Sallyport's own peak, and counts from when a request was due, but for the client's first two seconds.`;

/** @returns {import('./contract.d.ts').BenchResult} */
export function reportOf(loads, measured, half) {
  const rows = Object.entries(loads).flatMap(([name, load]) => rowsOf(load, measured[name]));
  const goals = goalsOf(loads, measured, half);
  return {
    title: 'Evaluations over HTTP',
    about: about.replaceAll('\n', ' '),
    rows: [...rows, ...halfLoadRows(half)],
    goals,
    plots: [plotOf(goals)],
  };
}

const labels = {
  sallyport: 'sallyport',
  loggingFloor: 'log alone',
  floor: 'floor',
  cerbos: 'cerbos',
};

/** A row for each subject of a load. */
export function rowsOf({ what, checks, connections }, measured) {
  const names = Object.keys(labels).filter((name) => name in measured);
  return names.map((name) => {
    const of = (pick) => median(measured[name].map(pick));
    const ofPart = (part) =>
      part in measured[name][0].cpuMicros ? of(({ cpuMicros }) => cpuMicros[part]) : null;
    return {
      load: `${what}, ${connections} connections`,
      subject: labels[name],
      'requests/s': of(({ perSecond }) => perSecond),
      'checks/s': of(({ perSecond }) => perSecond * checks),
      'p50 ms': of(({ latencyMs }) => latencyMs.p50),
      'p99 ms': of(({ latencyMs }) => latencyMs.p99),
      'CPU µs/request': ofPart('server'),
      '+ queues': ofPart('worker'),
      '+ PostgreSQL': ofPart('postgres'),
      'backlog s': name === 'sallyport' ? of(({ backlogSeconds }) => backlogSeconds) : null,
      'Sallyport is': name === 'sallyport' ? null : `${ratioOf(measured, name).toFixed(2)} ×`,
    };
  });
}

function halfLoadRows({ rate, sallyport, floor }) {
  return Object.entries({ sallyport, floor }).map(([name, results]) => ({
    load: `one evaluation, at half load`,
    subject: name,
    'requests/s': rate,
    'checks/s': rate,
    'p50 ms': median(results.map(({ p50 }) => p50)),
    'p99 ms': median(results.map(({ p99 }) => p99)),
  }));
}

/** How many times as many requests a second Sallyport answers as the other. */
export const ratioOf = (measured, name) =>
  medianRatio(
    measured.sallyport.map(({ perSecond }) => perSecond),
    measured[name].map(({ perSecond }) => perSecond),
  );

function goalsOf(loads, measured, half) {
  const p99 = ({ p99: value }) => value;
  const value = medianRatio(half.sallyport.map(p99), half.floor.map(p99));
  return [
    ...peerGoals(loads, measured),
    { what: 'p99 at half load, of the bare route', value, unit: '×', atMost: 5 },
  ];
}

/** What is promised against each peer, at every number of connections; `where` says what else was special. */
export function peerGoals(loads, measured, where = '') {
  return Object.entries(loads).flatMap(([name, { what, checks, connections }]) => {
    const goal = (peer, subject, atLeast) => ({
      what: `${what}, ${connections} connections${where}, of ${peer}`,
      value: ratioOf(measured[name], subject),
      unit: '×',
      atLeast,
    });
    if (checks > 1) return [goal('Cerbos', 'cerbos', 10)];
    return [goal('the bare route', 'floor', 0.55), goal('Cerbos', 'cerbos', 5)];
  });
}

function plotOf(goals) {
  return {
    kind: 'bars',
    id: 'http',
    title: 'Sallyport with its durable log, as a multiple of',
    xLabel: '',
    yLabel: 'times as many a second',
    bars: goals.filter(({ atLeast }) => atLeast).map(({ what, value }) => ({ label: what, value })),
  };
}
