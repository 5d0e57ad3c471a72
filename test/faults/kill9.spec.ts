import { setTimeout as sleep } from 'node:timers/promises';
import type { VerifiedCheckpoint } from '@sallyport/audit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningBroker, startBroker } from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { Access, letOmarAsk, type LiveGrant, questionOf } from './access.js';
import { type Answered, startLoad } from './load.js';
import { type LoggedEntry, PublishedLog, readEntry } from './published-log.js';

jest.setTimeout(240_000);

/** Each round plays both kinds, on one data directory; CI plays one. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
/** With everything gone nobody closes anything; with the API alone, the start ends the rest in order. */
const KINDS = ['everything', 'api'] as const;
const KILLS = Array.from({ length: ROUNDS }, (_, round) =>
  KINDS.map((kind) => [round + 1, kind] as const),
).flat();
const WIDTH = 300;
const ENOUGH = 600;
/** Long enough to load the broker while it lives, short enough to wait for. */
const OMARS_SECONDS = 15;
/** The sweep finds what a lost reminder missed. */
const ENDED_MS = 60_000;

describe('kill -9 with hundreds of requests in flight', () => {
  let broker: RunningBroker;
  let access: Access;
  beforeAll(async () => {
    broker = await startBroker();
    access = await Access.open(broker);
    await letOmarAsk(broker);
    await access.grant('dana', 3_600);
  });
  afterAll(() => broker?.discard());

  const log = () => new PublishedLog(broker.baseUrl, 'acme', broker.pepKey);

  it.each(KILLS)(
    'round %i, %s killed: every answer is in the log, and what ended stays ended',
    async (_round, what) => {
      const omars = await access.grant('omar', OMARS_SECONDS);
      const tokens = {
        revoked: await access.token('dana'),
        live: await access.token('dana'),
        omars: await access.token('omar'),
      };
      await access.revoke(tokens.revoked);
      const before = await log().checkpoint();

      const answered = await loadAndKill(broker, what, omars);
      await sleep(Math.max(0, omars.endsAtMs - Date.now()));
      broker = await broker.restart();
      access = access.at(broker);

      const first = await Promise.all(Array.from({ length: 50 }, () => access.ask('omar')));
      expect(first.filter(({ decision }) => decision)).toEqual([]);
      expect(await access.ask('dana')).toMatchObject({ decision: true });
      expect(await access.isActive(tokens.revoked)).toBe(false);
      expect(await access.isActive(tokens.omars)).toBe(false);
      expect(await access.isActive(tokens.live)).toBe(true);

      const { checkpoint, entries } = await log().covering(
        [...answered, ...first].map(({ id }) => id),
      );
      expect(await log().extends(checkpoint, before)).toBe(true);
      await expectProven(log(), checkpoint, entries, answered);
      expectNoneAfterTheEnd(entries.map(readEntry), omars);
      await untilLogged(broker, `type=grant.ended&grantId=${omars.id}`);
      await untilLogged(broker, `type=token.revoked&grantId=${omars.id}`);
    },
  );
});

/** Loads the broker, kills it in the middle of it, and tells what was answered. */
async function loadAndKill(
  broker: RunningBroker,
  what: 'api' | 'everything',
  { endsAtMs }: LiveGrant,
): Promise<readonly Answered[]> {
  const questions = ['dana', 'omar', 'aude'].map(questionOf);
  const load = startLoad(broker.client, { key: broker.pepKey, questions, width: WIDTH });
  while (load.answered.length < ENOUGH && Date.now() < endsAtMs) await sleep(10);
  const flying = load.inFlight();
  const leftMs = endsAtMs - Date.now();
  await broker.kill9(what);
  await load.stop();
  expect(flying).toBeGreaterThanOrEqual(WIDTH - 50);
  // The database may be gone a moment before who asked it.
  const mayRefuse = what === 'everything' ? /^503 .*audit-unavailable/ : /^$/;
  expect(load.refused.filter((text) => !mayRefuse.test(text))).toEqual([]);
  expect(load.answered.length).toBeGreaterThanOrEqual(ENOUGH);
  // Both permits and denials were answered, and Omar's grant still lived.
  expect(new Set(load.answered.map(({ decision }) => decision)).size).toBe(2);
  expect(leftMs).toBeGreaterThan(0);
  return load.answered;
}

async function expectProven(
  log: PublishedLog,
  checkpoint: VerifiedCheckpoint,
  entries: readonly Uint8Array[],
  answered: readonly Answered[],
): Promise<void> {
  const places = new Map<string, { index: number; bytes: Uint8Array; entry: LoggedEntry }[]>();
  entries.forEach((bytes, index) => {
    const entry = readEntry(bytes);
    places.set(entry.id, [...(places.get(entry.id) ?? []), { index, bytes, entry }]);
  });
  for (const { id, decision } of answered) {
    const [place, ...more] = places.get(id) ?? [];
    expect([id, more.length, place?.entry.decision]).toEqual([id, 0, decision]);
    const proven = place && (await log.includes(checkpoint, place.index, place.bytes));
    expect([id, proven]).toEqual([id, true]);
  }
}

function expectNoneAfterTheEnd(entries: readonly LoggedEntry[], { endsAtMs }: LiveGrant): void {
  const omars = entries.filter(
    ({ type, subject }) => type === 'decision' && subject?.id === 'omar@acme.example',
  );
  const late = omars.filter(({ time }) => Date.parse(time) >= endsAtMs);
  expect(omars.some(({ decision }) => decision === true)).toBe(true);
  expect(late.length).toBeGreaterThan(0);
  expect(late.filter(({ decision }) => decision !== false)).toEqual([]);
}

async function untilLogged({ client, pepKey }: RunningBroker, filter: string): Promise<void> {
  const path = `/v1/tenants/acme/entries?${filter}`;
  const isLogged = async () => {
    const { entries } = await client.ok<{ entries: unknown[] }>('GET', path, { key: pepKey });
    return entries.length > 0;
  };
  await eventually(`something is logged for ${filter}`, isLogged, ENDED_MS);
}
