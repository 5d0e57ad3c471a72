/** Subjects under load by wrk, round by round, and the CPU time that each request cost them, then and afterwards. */
import { comeToRest } from './rest.mjs';
import { interleave } from './rounds.mjs';
import { runWrk } from './wrk.mjs';

// V8 compiles what is hot for some hundred thousand decisions: until then a server answers a third fewer, and its compiler
// takes a fifth of the CPU time.
const warmUpChecks = 150_000;
const warmUpSeconds = { once: 2, least: 8, most: 20 };

/** What to ask and whose CPU time to read. `server`: of sallyport.mjs, floor.mjs or cerbos.mjs. */
export function subjectOf({ pepKey, cpu, searchLag }, url, bodies) {
  return { url, bodies, cpu, searchLag, ...(pepKey === undefined ? {} : { token: pepKey }) };
}

/**
 * The rounds of each subject, after a warm-up, and what `sallyport` answered in its warm-up. Between two loads the machine comes to
 * rest: work that one subject puts off must not fall into the time of the next, and counts as its own.
 * @param {{ subjects: Record<string, object>, connections: number, checks: number }} load `checks`: in one request
 */
export async function runLoad({ subjects, connections, checks }, { rounds, seconds }) {
  const warmUp = {};
  for (const [name, subject] of Object.entries(subjects)) {
    warmUp[name] = await warmUpOf(subject, connections, checks);
    await comeToRest(subject);
  }
  const runs = Object.entries(subjects).map(([name, subject]) => [
    name,
    () => measured(subject, { connections, seconds }),
  ]);
  return { ...(await interleave(rounds, Object.fromEntries(runs))), warmUp: warmUp.sallyport };
}

async function warmUpOf(subject, connections, checks) {
  const runs = [];
  const total = (what) => runs.reduce((sum, run) => sum + run[what], 0);
  const isWarm = () =>
    total('requests') * checks >= warmUpChecks && total('seconds') >= warmUpSeconds.least;
  while (!isWarm() && total('seconds') < warmUpSeconds.most)
    runs.push(await runWrk({ ...subject, connections, seconds: warmUpSeconds.once }));
  return runs;
}

async function measured(subject, load) {
  const before = subject.cpu();
  const result = await runWrk({ ...subject, ...load });
  const { restedMs, cpu } = await comeToRest(subject);
  const perRequest = Object.keys(cpu).map((part) => [
    part,
    (cpu[part] - before[part]) / result.requests,
  ]);
  return { ...result, cpuMicros: Object.fromEntries(perRequest), backlogSeconds: restedMs / 1_000 };
}

/**
 * Throws unless the tenant's log grew by what was answered. wrk hangs up on what is in flight at its end, so that a few more may be in it.
 * Resolves to the new size.
 * @param {readonly { checks: number, connections: number, warmUp: object[], sallyport: object[] }[]} runs
 */
export async function requireLogged(sallyport, tenant, before, runs) {
  let [answered, cut] = [0, 0];
  for (const { checks, connections, warmUp, sallyport: rounds } of runs)
    for (const { requests } of [...warmUp, ...rounds]) {
      answered += requests * checks;
      cut += connections * checks;
    }
  const size = await sallyport.logSize(tenant, before + answered);
  const grown = size - before;
  if (grown > answered + cut)
    throw new Error(
      `${answered} decisions were answered, ${cut} cut off at most, but the log grew by ${grown}`,
    );
  return size;
}
