/** What the servers are asked over HTTP: single evaluations, and batches of 50, at several numbers of connections. */
import { requireLogged, runLoad, subjectOf } from './http-load.mjs';
import { writeBodies } from './wrk.mjs';
import { forCerbos } from './zero-trust-cerbos.mjs';
import * as zeroTrust from './zero-trust.mjs';

const questionCount = 512;
const batchCount = 64;
const batchSize = 50;

/** The loads by name, each with the subjects of `startWorld`, and the route that only logs where there is one. */
export function loadsOf({ sallyport, floor, loggingFloor, cerbos }, cleanup) {
  const subjects = (path, ours, theirs) => {
    const bodies = writeBodies(cleanup, ours);
    return {
      sallyport: subjectOf(sallyport, `${sallyport.baseUrl}${path}`, bodies),
      ...(loggingFloor && {
        loggingFloor: subjectOf(loggingFloor, `${loggingFloor.baseUrl}${path}`, bodies),
      }),
      floor: subjectOf(floor, `${floor.baseUrl}${path}`, bodies),
      cerbos: subjectOf(cerbos, cerbos.url, writeBodies(cleanup, theirs)),
    };
  };
  const now = Date.now();
  const questions = zeroTrust.questionsOf(questionCount);
  const batches = zeroTrust.batchesOf(batchCount, batchSize);
  const single = subjects(
    '/access/v1/evaluation',
    questions.map((question) => zeroTrust.forSallyport(question)),
    questions.map((question) => forCerbos(question, now)),
  );
  const batch = subjects(
    '/access/v1/evaluations',
    batches.map((question) => zeroTrust.forSallyport(question, { isBatch: true })),
    batches.map((question) => forCerbos(question, now)),
  );
  return {
    single256: { what: 'one evaluation', checks: 1, connections: 256, subjects: single },
    single64: { what: 'one evaluation', checks: 1, connections: 64, subjects: single },
    single10: { what: 'one evaluation', checks: 1, connections: 10, subjects: single },
    batch10: { what: 'batch of 50', checks: batchSize, connections: 10, subjects: batch },
  };
}

/** The rounds of every load, and the size of Sallyport's log after them. Throws when an answered decision is not in it. */
export async function measureLoads(loads, sallyport, options) {
  const before = await sallyport.logSize(zeroTrust.tenant, 1);
  const measured = {};
  for (const [name, load] of Object.entries(loads)) {
    options.say(`${load.what}, ${load.connections} connections`);
    measured[name] = await runLoad(load, options);
  }
  const runs = Object.entries(loads).map(([name, load]) => ({ ...load, ...measured[name] }));
  const size = await requireLogged(sallyport, zeroTrust.tenant, before, runs);
  return { measured, size };
}
