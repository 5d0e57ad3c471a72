/** Sallyport, the floor and the peer, all up with the same rules, and shown to decide alike before anything is measured. */
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCerbos } from './cerbos.mjs';
import { startFloor } from './floor.mjs';
import { startSallyport } from './sallyport.mjs';
import { cerbosFiles, forCerbos } from './zero-trust-cerbos.mjs';
import * as zeroTrust from './zero-trust.mjs';

const comparedCount = 256;
const feedDeadlineMs = 10_000;

/** Starts Sallyport with the tenant of zero-trust.mjs: applied by the command line, grants put into the database. */
export async function startTenant(cleanup, options) {
  const sallyport = await startSallyport(cleanup, options);
  await sallyport.apply(zeroTrust.sallyportFiles());
  await insertGrants(sallyport.database.url, zeroTrust.grantRows(Date.now()));
  return sallyport;
}

/** Starts all three. Throws when Sallyport and Cerbos disagree about any of 256 questions, or about none of them either way. */
export async function startWorld(cleanup, say) {
  const sallyport = await startTenant(cleanup);
  const floor = await startFloor(cleanup);
  const cerbos = await startCerbos(cleanup, cerbosFiles());
  const { permits, denies } = await compare(sallyport, cerbos);
  say(`Sallyport and Cerbos ${cerbos.version} agree on ${permits} permits and ${denies} denies`);
  return { sallyport, floor, cerbos };
}

async function insertGrants(connectionString, rows) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       SELECT tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state
       FROM json_populate_recordset(NULL::grants, $1)`,
      [JSON.stringify(rows)],
    );
  } finally {
    await client.end();
  }
}

async function compare(sallyport, cerbos) {
  const questions = zeroTrust.questionsOf(comparedCount);
  const expected = await Promise.all(questions.map((question) => askCerbos(cerbos, question)));
  // The grants reach the broker by the change feed, a moment after they are committed.
  for (const deadline = Date.now() + feedDeadlineMs; ; await sleep(200)) {
    const decided = await Promise.all(
      questions.map((question) => askSallyport(sallyport, question)),
    );
    const differing = questions.filter((_, n) => decided[n] !== expected[n]);
    if (differing.length === 0) break;
    if (Date.now() > deadline)
      throw new Error(
        `${differing.length} of ${comparedCount} decided differently, such as ${JSON.stringify(differing[0])}`,
      );
  }
  const permits = expected.filter(Boolean).length;
  if (permits === 0 || permits === comparedCount) throw new Error('the questions all end alike');
  return { permits, denies: comparedCount - permits };
}

async function askSallyport({ baseUrl, pepKey }, question) {
  const answer = await post(
    `${baseUrl}/access/v1/evaluation`,
    zeroTrust.forSallyport(question),
    pepKey,
  );
  return answer.decision;
}

async function askCerbos({ url }, question) {
  const { results } = await post(url, forCerbos(question, Date.now()));
  return results[0].actions[question.action] === 'EFFECT_ALLOW';
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
