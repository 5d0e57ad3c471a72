import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningBroker, startBroker } from '../support/broker.js';

// It may have to build first; publishing thousands of policies takes seconds of a quiet machine.
jest.setTimeout(300_000);

const KEY = 'swap-gateway-key-0123456789';
const POLICIES = 2_000;
const CLIENTS = 8;
/** Generous: tests share a machine. What a swap costs on a quiet one is measured by test/bench/swap.mjs. */
const LONGEST_DELAY_MS = 2_500;

/** The directory of an edition: every policy of it is another than in any other, and says so by its id. */
function directory(edition: string): Record<string, string> {
  const policies = Array.from(
    { length: POLICIES },
    (_, n) => `@id("${edition}-${n}")
permit (principal in group::"g${n}", action == Action::"read", resource in folder::"f${n}")
when { context.authn.method == "asserted" && context.request.edition != "not ${edition}" };`,
  );
  const entity = (type: string, id: string, parents: readonly object[]) => ({
    uid: { type, id },
    attrs: {},
    parents,
  });
  return {
    'tenant.yaml': 'name: swap\n',
    'peps.yaml': `- { name: gateway, kind: gateway, key: ${KEY}, explain: true }\n`,
    'policies/main.cedar': policies.join('\n'),
    'entities/all.json': JSON.stringify([
      entity('user', 'dana', [{ type: 'group', id: 'g1234' }]),
      entity('doc', '1', [{ type: 'folder', id: 'f1234' }]),
    ]),
  };
}

interface Decided {
  readonly status: number;
  readonly decision: boolean;
  readonly version: string;
  readonly policies: string;
}

describe('a policy swap on a broker that decides meanwhile', () => {
  let broker: RunningBroker;
  beforeAll(async () => {
    broker = await startBroker({ env: { SALLYPORT_CROSS_CHECK_ONE_IN: '1' } });
  });
  afterAll(() => broker?.discard());

  const apply = async (edition: string): Promise<string> => {
    const answer = await fetch(`${broker.baseUrl}/v1/tenants/swap`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${broker.adminToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ files: directory(edition) }),
    });
    const body = (await answer.json()) as { policyVersion: string };
    expect({ status: answer.status, body }).toMatchObject({ status: 200 });
    return body.policyVersion;
  };
  const ask = async (): Promise<Decided> => {
    const { status, headers, text } = await broker.client.call('POST', '/access/v1/evaluation', {
      key: KEY,
      json: {
        subject: { type: 'user', id: 'dana' },
        action: { name: 'read' },
        resource: { type: 'doc', id: '1' },
        context: { edition: 'any' },
      },
    });
    const { decision } = JSON.parse(text) as { decision: boolean };
    const policies = [...text.matchAll(/(one|two)-1234/g)].map(([, edition]) => edition);
    const version = headers.get('x-policy-version') ?? '';
    return { status, decision, version, policies: [...new Set(policies)].join() };
  };
  const metric = async (name: string): Promise<number> => {
    const { text } = await broker.client.call('GET', '/metrics', { key: broker.adminToken });
    const line = text.split('\n').find((one) => one.startsWith(name));
    return line === undefined ? 0 : Number(line.split(' ').pop());
  };

  it('drops no request, mixes no versions in an answer, changes over once, and holds nobody up', async () => {
    const first = await apply('one');
    expect(await ask()).toEqual({ status: 200, decision: true, version: first, policies: 'one' });
    await metric('nodejs_eventloop_lag_max_seconds');

    let isOver = false;
    const client = async () => {
      const seen: Decided[] = [];
      while (!isOver) {
        seen.push(await ask());
        await sleep(5);
      }
      return seen;
    };
    const clients = Array.from({ length: CLIENTS }, client);
    const second = await apply('two');
    // Whoever asks after the answer is decided by the new version.
    expect((await ask()).version).toBe(second);
    await sleep(500);
    isOver = true;

    for (const seen of await Promise.all(clients)) {
      const kinds = seen.map((one) => JSON.stringify(one));
      const changes = kinds.filter((kind, at) => kind !== kinds[at - 1]);
      expect(changes.map((change) => JSON.parse(change) as Decided)).toEqual([
        { status: 200, decision: true, version: first, policies: 'one' },
        { status: 200, decision: true, version: second, policies: 'two' },
      ]);
    }
    const longestMs = 1_000 * (await metric('nodejs_eventloop_lag_max_seconds'));
    expect(longestMs).toBeGreaterThan(0);
    expect(longestMs).toBeLessThan(LONGEST_DELAY_MS);
  });

  it('has had its decisions taken again by the evaluator of Cedar, in a thread, which agreed', async () => {
    for (let at = 0; at < 300; at += 1) {
      await ask();
      if ((await metric('sallyport_policy_checks_total{result="agreed"}')) > 0) break;
      await sleep(100);
    }
    expect(await metric('sallyport_policy_checks_total{result="agreed"}')).toBeGreaterThan(0);
    expect(await metric('sallyport_policy_checks_total{result="disagreed"}')).toBe(0);
    expect(await metric('sallyport_faults_total')).toBe(0);
  });
});
