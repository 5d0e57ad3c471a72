/** Sallyport, the floor and the peer, all up with the same rules, and shown to decide alike before anything is measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCerbos } from './cerbos.mjs';
import { startFloor } from './floor.mjs';
import { startSallyport } from './sallyport.mjs';
import { withClient } from './with-client.mjs';
import { cerbosFiles, forCerbos } from './zero-trust-cerbos.mjs';
import * as zeroTrust from './zero-trust.mjs';

const comparedCount = 256;
const comparedBatches = 8;
const feedDeadlineMs = 60_000;

/** Starts Sallyport with the tenant of zero-trust.mjs: applied by the command line, grants put into the database. */
export async function startTenant(cleanup, options) {
  const sallyport = await startSallyport(cleanup, options);
  await sallyport.apply(zeroTrust.sallyportFiles());
  await insertGrants(sallyport.database.url, zeroTrust.grantRows(Date.now()));
  return sallyport;
}

/**
 * Starts all three, Sallyport and the floor with that many processes for their doors. Throws when Sallyport and Cerbos disagree about any of
 * 256 questions or 8 batches of 50, or permit or deny all.
 */
export async function startWorld(cleanup, say, { processes = 1 } = {}) {
  const env = { SALLYPORT_WORKERS: String(processes) };
  const sallyport = await startTenant(cleanup, { isSplit: true, env });
  const floor = await startFloor(cleanup, { processes });
  const cerbos = await startCerbos(cleanup, cerbosFiles());
  const { permits, denies } = await compare(sallyport, cerbos);
  say(`Sallyport and Cerbos ${cerbos.version} agree on ${permits} permits and ${denies} denies`);
  return { sallyport, floor, cerbos };
}

async function insertGrants(connectionString, rows) {
  await withClient(connectionString, (client) =>
    client.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       SELECT tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state
       FROM json_populate_recordset(NULL::grants, $1)`,
      [JSON.stringify(rows)],
    ),
  );
}

async function compare(sallyport, cerbos) {
  const asked = [
    ...zeroTrust.questionsOf(comparedCount),
    ...zeroTrust.batchesOf(comparedBatches, 50),
  ];
  const expected = await Promise.all(asked.map((question) => askCerbos(cerbos, question)));
  // The grants reach the broker by the change feed, a moment after they are committed.
  for (const deadline = Date.now() + feedDeadlineMs; ; await sleep(200)) {
    const decided = await Promise.all(asked.map((question) => askSallyport(sallyport, question)));
    const differing = asked.filter((_, n) => String(decided[n]) !== String(expected[n]));
    if (differing.length === 0) break;
    if (Date.now() > deadline)
      throw new Error(
        `${differing.length} of ${asked.length} decided differently, such as ${JSON.stringify(differing[0])}`,
      );
  }
  const checks = expected.flat();
  const permits = checks.filter(Boolean).length;
  if (permits === 0 || permits === checks.length) throw new Error('the questions all end alike');
  return { permits, denies: checks.length - permits };
}

/** The decision on each database that is asked about, in order. */
async function askSallyport({ baseUrl, pepKey }, question) {
  const isBatch = question.databases.length > 1;
  const url = `${baseUrl}/access/v1/evaluation${isBatch ? 's' : ''}`;
  const answer = await post(url, zeroTrust.forSallyport(question, { isBatch }), pepKey);
  return (isBatch ? answer.evaluations : [answer]).map(({ decision }) => decision);
}

async function askCerbos({ url }, question) {
  const { results } = await post(url, forCerbos(question, Date.now()));
  const byId = new Map(results.map(({ resource, actions }) => [resource.id, actions]));
  return question.databases.map(({ id }) => byId.get(id)[question.action] === 'EFFECT_ALLOW');
}

async function post(url, body, token) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
