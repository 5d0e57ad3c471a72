import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry, GoldenCase } from '@sallyport/contracts';
import { type Decision, PepClient } from '@sallyport/pep';
import { CompiledEngine, runGoldenCase } from '@sallyport/policy';
import { complianceOf } from '@sallyport/risk';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import {
  type AskedCase,
  bringAbout,
  demoTenant,
  questionBefore,
  questionOf,
} from './golden-tenant.js';

jest.setTimeout(180_000);

/** What a client was told, and what the log says. */
interface Told {
  readonly decision: boolean;
  readonly reasons: readonly string[];
  readonly obligations: readonly string[];
  readonly id: string;
}

const demo = demoTenant();
// What a request line becomes is another question than what is decided.
const decided = demo.tests.filter((one): one is GoldenCase => !('route' in one));
const cases = decided.filter((one): one is AskedCase => one.request !== undefined);

/** One truth, four ways to hear it: in memory, REST, REST batch, SDK. */
describe('the golden cases of the demo tenant', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
  });
  afterAll(() => broker.close());

  test('are there, and all of them are asked', () => {
    expect(cases.length).toBeGreaterThanOrEqual(10);
    expect(cases).toEqual(decided);
  });

  test.each(cases.map((one, index) => [one.name, index, one] as const))(
    'say the same through every client: %s',
    async (_name, index, golden) => {
      const place = { tenant: `golden-${index}`, key: `the-key-of-golden-${index}` };
      await bringAbout(broker, golden, place);
      const before = questionBefore(golden);
      if (before) await post(place.key, '/access/v1/evaluation', before);
      const offline = runGoldenCase(demo, golden, new CompiledEngine(), Date.now(), complianceOf);
      expect(offline.differences).toEqual([]);
      const told = [
        await single(place.key, golden),
        await batch(place.key, golden),
        await throughSdk(place, golden),
      ];
      const entries = await Promise.all(told.map(({ id }) => entryOf(place, id)));
      const [first] = told;
      for (const said of told) {
        expect(said.decision).toBe(offline.got.decision);
        expect(said.reasons).toEqual(first?.reasons);
        expect(said.obligations).toEqual(offline.got.obligations);
        expect(said.reasons).toEqual(expect.arrayContaining([...(golden.expect.reasons ?? [])]));
      }
      for (const entry of entries) {
        expect(comparable(entry)).toEqual(comparable(entries[0] as DecisionEntry));
        expect(entry.reasons).toEqual(first?.reasons);
        expect(entry.determining.map(({ id }) => id)).toEqual(offline.got.determining);
        expect(entry.decision).toBe(golden.expect.decision);
      }
    },
  );

  const post = (key: string, path: string, json: object) =>
    broker.client.call('POST', path, { key, json }).then(({ text, headers }) => ({
      body: JSON.parse(text) as Answer & { readonly evaluations: readonly Answer[] },
      id: headers.get('x-decision-id') ?? '',
    }));

  const single = async (key: string, golden: AskedCase): Promise<Told> => {
    const { body, id } = await post(key, '/access/v1/evaluation', questionOf(golden));
    return told(body, id);
  };

  const batch = async (key: string, golden: AskedCase): Promise<Told> => {
    const evaluations = [questionOf(golden)];
    const { body, id } = await post(key, '/access/v1/evaluations', { evaluations });
    return told(body.evaluations[0] as Answer, `${id}.0`);
  };

  const throughSdk = async (
    { tenant, key }: { readonly tenant: string; readonly key: string },
    golden: AskedCase,
  ): Promise<Told> => {
    const client = new PepClient({
      pdp: `${broker.url}/${tenant}`,
      key,
      deadlineMs: 20_000,
      attemptMs: 20_000,
      obligations: { 'record-disclosure': () => undefined },
    });
    const { decision, reasons, obligations, decisionId, failure }: Decision = await client.evaluate(
      questionOf(golden),
    );
    expect(failure).toBeUndefined();
    return {
      decision,
      reasons: reasons.map(({ code }) => code),
      obligations: obligations.map(({ type }) => type),
      id: decisionId ?? '',
    };
  };

  /** The search is behind the log by a moment. */
  const entryOf = async (
    { tenant, key }: { readonly tenant: string; readonly key: string },
    id: string,
  ): Promise<DecisionEntry> => {
    for (let attempt = 0; attempt < 200; attempt += 1, await sleep(100)) {
      const { status, text } = await broker.client.call(
        'GET',
        `/v1/tenants/${tenant}/entries/${id}`,
        { key },
      );
      if (status === 200) return JSON.parse(text) as DecisionEntry;
    }
    throw new Error(`no entry ${id}`);
  };
});

interface Answer {
  readonly decision: boolean;
  readonly context?: {
    readonly reasons: readonly { readonly code: string }[];
    readonly obligations?: readonly { readonly type: string }[];
  };
}

function told({ decision, context }: Answer, id: string): Told {
  return {
    decision,
    reasons: (context?.reasons ?? []).map(({ code }) => code),
    obligations: (context?.obligations ?? []).map(({ type }) => type),
    id,
  };
}

/** An audit record without what differs from one moment to the next. */
function comparable(entry: DecisionEntry): object {
  const { id: _id, time: _time, durationMicros: _duration, facts, ...rest } = entry;
  const { nowMs: _now, registerVersion: _version, ...known } = facts;
  const { requestId: _request, ...said } = rest as typeof rest & { readonly requestId?: string };
  return { ...said, facts: known };
}
