/** What http.mjs says about what it measured. */
import { median, medianRatio } from './statistics.mjs';

const about = `The same check (device, network, grant, time) three times. Sallyport as in docker-compose.yml: one process for the doors and one for the queues, keys checked, facts from its registers, and every decision durable in its log on
a PostgreSQL of the same machine, fsync on, before it is answered. Floor: Fastify, one route that parses the same body and answers a constant. Cerbos: CheckResources over HTTP, audit
log off; it gets all facts in the request and must keep none. Both decide alike on 256 questions and 8 batches before the run. Every load is warmed up by 8 to 20 s of itself. wrk, PostgreSQL and the server share the cores, and Cerbos may use
all of them where a Node process uses one: the CPU columns are the fair ones. They count to the end of the work that a load
leaves behind ("backlog": search rows and checkpoints, until the processes idle); the next subject waits for that. "At half load" sends at a constant rate, half of Sallyport's own peak, and counts from when a request was due.`;

/** @returns {import('./contract.d.ts').BenchResult} */
export function reportOf(loads, measured, half) {
  const rows = Object.entries(loads).flatMap(([name, load]) => rowsOf(load, measured[name]));
  const goals = goalsOf(measured, half);
  return {
    title: 'Evaluations over HTTP',
    about: about.replaceAll('\n', ' '),
    rows: [...rows, ...halfLoadRows(half)],
    goals,
    plots: [plotOf(goals)],
  };
}

/** A row for each subject of a load. */
export function rowsOf({ what, checks, connections }, measured) {
  return ['sallyport', 'floor', 'cerbos'].map((name) => {
    const of = (pick) => median(measured[name].map(pick));
    return {
      load: `${what}, ${connections} connections`,
      subject: name,
      'requests/s': of(({ perSecond }) => perSecond),
      'checks/s': of(({ perSecond }) => perSecond * checks),
      'p50 ms': of(({ latencyMs }) => latencyMs.p50),
      'p99 ms': of(({ latencyMs }) => latencyMs.p99),
      'CPU µs/request': of(({ cpuMicros }) => cpuMicros.server),
      '+ queues': name === 'sallyport' ? of(({ cpuMicros }) => cpuMicros.worker) : null,
      '+ PostgreSQL': name === 'sallyport' ? of(({ cpuMicros }) => cpuMicros.postgres) : null,
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

function goalsOf({ single256, single64, single10, batch10 }, half) {
  const p99 = ({ p99: value }) => value;
  const goal = (what, value, bound) => ({ what, value, unit: '×', ...bound });
  return [
    goal('one evaluation, of the bare route, 256 connections', ratioOf(single256, 'floor'), {
      atLeast: 0.55,
    }),
    goal('one evaluation, of the bare route, 64 connections', ratioOf(single64, 'floor'), {
      atLeast: 0.55,
    }),
    goal('one evaluation, of Cerbos, 64 connections', ratioOf(single64, 'cerbos'), { atLeast: 5 }),
    goal('one evaluation, of Cerbos, 10 connections', ratioOf(single10, 'cerbos'), { atLeast: 5 }),
    goal('checks in batches of 50, of Cerbos', ratioOf(batch10, 'cerbos'), { atLeast: 10 }),
    goal(
      'p99 at half load, of the bare route',
      medianRatio(half.sallyport.map(p99), half.floor.map(p99)),
      { atMost: 5 },
    ),
  ];
}

/** Only what is better when larger: throughput. */
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
