/** A new policy version becomes the one that decides, while questions keep coming: what the people who ask notice of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startAtRate } from './support/open-loop.mjs';
import { percentile } from './support/statistics.mjs';
import { runWrk, writeBodies } from './support/wrk.mjs';
import { startTenant } from './support/zero-trust-world.mjs';
import { startProbe } from './support/policy-probe.mjs';
import * as zeroTrust from './support/zero-trust.mjs';

const connections = 64;
const shareOfPeak = 0.25;
const longestSeconds = 240;
const quietMs = 4_000;
const settleMs = 1_000;
const aroundMs = 1_000;
const policiesPerFile = 500;

const about = `A steady load at a quarter of the peak, at a constant rate, counted from when each request was due; meanwhile \`sallyport apply\` publishes a version with that many more
policies: checked by the command line's dry run, then by the server, compiled, promoted. "publishing" is the time from the start of that command to its end; the last columns compare the
requests due in it with those of the seconds before, and those due in the second around the first decision of the new version. All share the cores of one machine, the compiler too.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure({ cleanup, say, short }) {
  const sallyport = await startTenant(cleanup);
  const questions = zeroTrust.questionsOf(512).map((question) => zeroTrust.forSallyport(question));
  const load = {
    url: `${sallyport.baseUrl}/access/v1/evaluation`,
    token: sallyport.pepKey,
    bodies: writeBodies(cleanup, questions),
    connections,
  };
  await runWrk({ ...load, seconds: 2 });
  const { perSecond } = await runWrk({ ...load, seconds: short ? 2 : 5 });
  const rate = Math.max(20, Math.floor(perSecond * shareOfPeak));
  const swaps = [];
  for (const [policies, change] of stepsOf(short)) {
    say(`${policies} policies (${change}) at ${rate} requests/s`);
    const swap = await swapUnder({ ...load, rate }, sallyport, policies, change);
    swaps.push({ policies, change, rate, ...swap });
    if (swap.failure) say(`failed: ${swap.failure}`);
  }
  return {
    title: 'A policy swap under load',
    about: about.replaceAll('\n', ' '),
    rows: swaps.map(rowOf),
    goals: swaps.flatMap(goalsOf),
  };
}

const stepsOf = (short) => [
  [1_000, 'all new'],
  [1_000, 'one changed'],
  [10_000, 'all new'],
  ...(short ? [] : [[10_000, 'one changed']]),
];

async function swapUnder(load, sallyport, policies, change) {
  const running = startAtRate({ ...load, seconds: longestSeconds });
  await sleep(quietMs);
  const { changed } = await startProbe(sallyport);
  const startMs = Date.now();
  const [finishedMs, { atMs: swappedMs, failures: refused }] = await Promise.all([
    sallyport.apply(filesWith(policies, change)).then(Date.now),
    changed,
  ]);
  await sleep(aroundMs);
  running.stop();
  const { failures, failure, startedAtMs, latenciesMs } = await running.result;
  const dueWithin = (fromMs, toMs) =>
    latenciesMs.filter((_, n) => {
      const dueMs = startedAtMs + (n * 1_000) / load.rate;
      return dueMs >= fromMs && dueMs < toMs;
    });
  const p99 = (fromMs, toMs) => percentile(dueWithin(fromMs, toMs), 0.99);
  return {
    failures: failures + refused,
    failure,
    publishSeconds: (finishedMs - startMs) / 1_000,
    swapSeconds: (swappedMs - startMs) / 1_000,
    before: p99(startedAtMs + settleMs, startMs),
    during: p99(startMs, Math.max(finishedMs, swappedMs)),
    around: p99(swappedMs - aroundMs / 2, swappedMs + aroundMs / 2),
    worst: Math.max(...dueWithin(startMs, Infinity)),
  };
}

/** The tenant with so many policies more, each for one person and one database, as an index likes them. */
function filesWith(count, change) {
  const policies = Array.from({ length: count }, (_, n) => {
    const isChanged = change === 'one changed' && n === 0;
    return `@id("more-${count}-${n}")
permit (principal == user::"guest-${n}@bench.example", action == Action::"read", resource == database::"database-${n % 64}")
when { context has device.compliant && context.device.compliant }
when { context has network.country && ${isChanged ? '["DE", "FR"]' : '["DE"]'}.contains(context.network.country) };
`;
  });
  const files = zeroTrust.sallyportFiles();
  for (let from = 0; from < count; from += policiesPerFile)
    files[`policies/more-${from}.cedar`] = policies.slice(from, from + policiesPerFile).join('\n');
  return files;
}

function rowOf({ policies, change, rate, ...swap }) {
  return {
    policies,
    change,
    'requests/s': rate,
    'failed requests': swap.failures,
    'publishing s': swap.publishSeconds,
    'first decision after s': swap.swapSeconds,
    'p99 ms before': swap.before,
    'p99 ms while publishing': swap.during,
    'p99 ms around the swap': swap.around,
    'worst ms': swap.worst,
  };
}

function goalsOf({ policies, change, failures, before, during, around }) {
  const what = `swap to ${policies.toLocaleString('en-US')} policies, ${change}`;
  return [
    { what: `${what}: failed requests`, value: failures, unit: '', atMost: 0 },
    {
      what: `${what}: p99 while publishing, of before`,
      value: during / before,
      unit: '×',
      atMost: 3,
    },
    {
      what: `${what}: p99 around the swap, of before`,
      value: around / before,
      unit: '×',
      atMost: 3,
    },
  ];
}
