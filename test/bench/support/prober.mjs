/** One client that asks one process the same question, again and again, until the answer turns. */
import { Agent, request } from 'node:http';

const deadlineMs = 30_000;

/**
 * `permitted` resolves at the first permit, `denied` at the first deny after it, with the moment (`performance.now()`) at which the answer
 * was there. Both reject when an answer isn't 200, or after 30 s.
 */
export function startProber({ baseUrl, pepKey }, question) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () => post(`${baseUrl}/access/v1/evaluation`, pepKey, question, agent);
  const permitted = until(ask, true);
  const denied = permitted.then(() => until(ask, false)).finally(() => agent.destroy());
  denied.catch(() => undefined);
  return { permitted, denied };
}

async function until(ask, decision) {
  for (const deadline = performance.now() + deadlineMs; performance.now() < deadline;) {
    if ((await ask()).decision === decision) return performance.now();
  }
  throw new Error(`no ${decision ? 'permit' : 'deny'} within ${deadlineMs} ms`);
}

function post(url, token, body, agent) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const call = request(url, { method: 'POST', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => (text += part));
      answer.on('error', reject).on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${url}: ${answer.statusCode} ${text}`));
      });
    });
    call.on('error', reject).end(JSON.stringify(body));
  });
}
