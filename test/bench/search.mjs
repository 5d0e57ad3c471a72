/** What a page of a search costs as the register grows: who may, by each of the ways in which policies say so. */
import { startDatabase } from './support/database.mjs';
import { fillRegisters } from './support/fill-registers.mjs';
import { startSallyport } from './support/sallyport.mjs';
import * as tenant from './support/search-tenant.mjs';
import { median, percentile, rounded } from './support/statistics.mjs';

const sizes = [1_000, 100_000];
const pagesAtLeast = 100;
const goalMs = 50;

const about = `One client lists, page by page (limit 100) and from the start again at the end, which users may do something; one page after the other, each with its
durable log entry (fsync on). Every user has a group and a live grant. "listed" is how many are permitted in all. Latency is the client's own, HTTP and JSON included; "growth" is of the median
page, from ${sizes[0]} users to this. Attributes have no index: where few or none are permitted, a page evaluates many candidates, and ends short after some 7,600 of them. The first search of a type
sorts its names, once; that page is not among the measured.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure({ cleanup, say, seconds }) {
  const runs = {};
  for (const size of sizes) {
    say(`${size} users`);
    const database = await startDatabase(cleanup);
    await tenant.create(cleanup, database);
    await fillRegisters(database.url, {
      tenant: tenant.name,
      kinds: ['entity', 'grant'],
      to: size,
    });
    const sallyport = await startSallyport(cleanup, { database });
    runs[size] = {};
    for (const [by, action] of Object.entries(tenant.searches))
      runs[size][by] = await list(sallyport, action, seconds);
  }
  return resultOf(runs);
}

/** Pages for some seconds, and at least one whole listing. */
async function list(sallyport, action, seconds) {
  await tenant.page(sallyport, action, '');
  const times = [];
  const counts = [];
  let [token, listings] = ['', 0];
  const began = performance.now();
  while (
    listings === 0 ||
    times.length < pagesAtLeast ||
    performance.now() - began < seconds * 1_000
  ) {
    const at = performance.now();
    const { page, results } = await tenant.page(sallyport, action, token);
    times.push(performance.now() - at);
    counts.push(results.length);
    token = page.next_token;
    if (token === '') listings += 1;
    if (listings === 1 && token === '') counts.listed = counts.reduce((a, b) => a + b, 0);
  }
  const found = counts.reduce((sum, count) => sum + count, 0);
  const busySeconds = times.reduce((sum, time) => sum + time, 0) / 1_000;
  return { times, listed: counts.listed, perSecond: found / busySeconds };
}

function resultOf(runs) {
  const [smallest, largest] = sizes;
  const growth = (size, by) => median(runs[size][by].times) / median(runs[smallest][by].times);
  const rows = sizes.flatMap((size) =>
    Object.entries(runs[size]).map(([by, { listed, perSecond, times }]) => ({
      'permitted by': by,
      users: size,
      listed,
      'page p50 ms': rounded(median(times)),
      'page p99 ms': rounded(percentile(times, 0.99)),
      'growth ×': rounded(growth(size, by)),
      'results/s': Math.round(perSecond),
    })),
  );
  const indexed = ['group of all', 'group of 50', 'live grant, 1 in 50'];
  const worst = (valueOf) => rounded(Math.max(...indexed.map(valueOf)));
  const p99 = (by) => percentile(runs[largest][by].times, 0.99);
  return {
    title: 'Search',
    about: about.replaceAll('\n', ' '),
    rows,
    goals: [
      {
        what: `p99 of a page of a search over ${largest} users, by group or grant`,
        value: worst(p99),
        unit: 'ms',
        atMost: goalMs,
      },
      {
        what: `median page of a search over ${largest} users, of that over ${smallest}, by group or grant`,
        value: worst((by) => growth(largest, by)),
        unit: '×',
        atMost: 2,
      },
    ],
    plots: [
      {
        kind: 'bars',
        id: 'search',
        title: `Median page of a search over ${largest} users`,
        xLabel: 'permitted by',
        yLabel: 'ms',
        bars: Object.entries(runs[largest]).map(([label, { times }]) => ({
          label,
          value: rounded(median(times)),
        })),
      },
    ],
  };
}
