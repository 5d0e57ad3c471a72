/** Watches which policy version decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import { forSallyport, questionsOf } from './zero-trust.mjs';

const pauseMs = 5;
const deadlineMs = 300_000;

/**
 * Asks the same question all the time.
 * @returns {Promise<{ changed: Promise<{ atMs: number, failures: number }> }>} `changed`: when, in Unix milliseconds, the first answer
 *   came that names another version than the first one, and how many were no 2xx until then; rejects after five minutes without
 */
export async function startProbe(sallyport) {
  const [question] = questionsOf(1).map((one) => forSallyport(one));
  const first = await versionThatDecides(sallyport, question);
  return { changed: untilChanged(sallyport, question, first) };
}

async function untilChanged(sallyport, question, first) {
  let failures = 0;
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await sleep(pauseMs)) {
    const version = await versionThatDecides(sallyport, question);
    if (version === undefined) failures += 1;
    else if (version !== first) return { atMs: Date.now(), failures };
  }
  throw new Error('no other policy version came to decide');
}

async function versionThatDecides({ baseUrl, pepKey }, question) {
  const answer = await fetch(`${baseUrl}/access/v1/evaluation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${pepKey}` },
    body: JSON.stringify(question),
  });
  await answer.arrayBuffer();
  return answer.ok ? answer.headers.get('x-policy-version') : undefined;
}
