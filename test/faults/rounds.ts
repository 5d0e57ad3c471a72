import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { VerifiedCheckpoint } from '@sallyport/audit';
import { type RunningBroker, startBroker } from '../support/broker.js';
import { Access, letOmarAsk, type LiveGrant, questionOf } from './access.js';
import { type Answered, type Load, startLoad } from './load.js';
import { type LoggedEntry, PublishedLog, readEntry } from './published-log.js';

/** How often each fault is played in the short form; the long form is `FAULT_ROUNDS=20`. */
export const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 2);

/** `[round, kind]` for `it.each`, every kind in every round. */
export function rounds<Kind extends string>(kinds: readonly Kind[]): [number, Kind][] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    kinds.map((kind): [number, Kind] => [round + 1, kind]),
  ).flat();
}

/** A running instance under test, and who works with it. */
export interface World {
  broker: RunningBroker;
  access: Access;
  readonly log: PublishedLog;
  /** Grants that were given in the rounds so far. */
  readonly grants: string[];
}

const PEOPLE = ['dana', 'omar', 'aude'] as const;
const WIDTH = 60;
const PAUSE_MS = 150;
/** Answers that show that it works. */
export const ENOUGH = 150;
const OMARS_SECONDS = 6;
/** Longer than any step of the clock. */
const DANAS_SECONDS = 4 * 3_600;
const BACK_MS = 60_000;

export async function startWorld(
  env: Readonly<Record<string, string>> = {},
  within?: string,
): Promise<World> {
  const broker = await startBroker(within === undefined ? { env } : { env, within });
  try {
    const access = await Access.open(broker);
    await letOmarAsk(broker);
    await access.grant('dana', DANAS_SECONDS);
    const log = new PublishedLog(broker.baseUrl, 'acme', broker.pepKey);
    return { broker, access, log, grants: [] };
  } catch (error) {
    await broker.discard();
    throw error;
  }
}

/** The instance was started again: the same people go on where they were. */
export async function startAgain(world: World): Promise<void> {
  world.broker = await world.broker.restart();
  world.access = world.access.at(world.broker);
}

/**
 * Plays one fault in the middle of load, while a grant comes to its end. Proves by the published log that no answer was lost or
 * given twice, that the log only grew, and that nothing was permitted after the end; and that answers come again by themselves.
 * The grant is Omar's; without one that was `given`, he gets one for seconds.
 */
export async function playRound(
  world: World,
  hurt: (load: Load) => Promise<void>,
  given?: LiveGrant,
): Promise<Load> {
  const { access, log } = world;
  const omars = given ?? (await access.grant('omar', OMARS_SECONDS));
  world.grants.push(omars.id);
  expect(await access.ask('omar')).toMatchObject({ decision: true });
  const before = await log.checkpoint();
  const load = loadOn(world);
  try {
    await load.more(ENOUGH);
    await hurt(load);
    await load.more(ENOUGH);
    await untilReady(world.broker);
    await sleep(Math.max(0, omars.endsAtMs - Date.now()));
    await load.more(ENOUGH);
  } finally {
    await load.stop();
  }
  expectNonePermitted(load.answered, omars.endsAtMs);
  await expectProven(world, load, before);
  return load;
}

/** Questions about everybody, without end. */
export function loadOn({ broker }: World): Load {
  return startLoad(broker.client, {
    key: broker.pepKey,
    questions: PEOPLE.map(questionOf),
    width: WIDTH,
    pauseMs: PAUSE_MS,
    endures: true,
  });
}

/** What was answered is in the log, once, and the log only grew. */
export async function expectProven(
  { log }: World,
  { answered, refused }: Load,
  before: VerifiedCheckpoint,
): Promise<readonly LoggedEntry[]> {
  // Whoever was refused was told to try again.
  expect(refused.filter((text) => !text.startsWith('503 '))).toEqual([]);
  const { checkpoint, entries } = await log.covering(answered.map(({ id }) => id));
  expect(await log.extends(checkpoint, before)).toBe(true);
  const read = entries.map(readEntry);
  expectLoggedOnce(read, answered);
  return read;
}

/** Every grant's end was told by the jobs, whatever happened to them meanwhile. */
export async function untilEndsAreLogged({ broker, grants }: World): Promise<void> {
  for (const id of grants) {
    const path = `/v1/tenants/acme/entries?type=grant.ended&grantId=${id}`;
    await eventually(`the end of ${id} is logged`, async () => {
      const key = broker.pepKey;
      const { entries } = await broker.client.ok<{ entries: unknown[] }>('GET', path, { key });
      return entries.length > 0;
    });
  }
}

/** Every decision process is asked, in all likelihood: connections go round them. */
export async function untilReady({ client }: RunningBroker): Promise<void> {
  await eventually('the broker is ready', async () => {
    const answers = Array.from({ length: 6 }, () =>
      client.call('GET', '/readyz', { headers: { connection: 'close' } }),
    );
    return (await Promise.all(answers)).every(({ status }) => status === 200);
  });
}

/** Waits for what is to come by itself; an attempt that throws counts as not yet. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  withinMs = BACK_MS,
): Promise<void> {
  let last: unknown = 'not so';
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`not in time: ${what}`, { cause: last });
}

/** Of those asked at this moment or later, by the caller's clock. */
export function expectNonePermitted(answered: readonly Answered[], endsAtMs: number): void {
  const late = answered.filter(
    ({ subject, askedAtMs }) => subject.startsWith('omar') && askedAtMs >= endsAtMs,
  );
  expect(late.length).toBeGreaterThan(0);
  expect(late.filter(({ decision }) => decision)).toEqual([]);
}

function expectLoggedOnce(entries: readonly LoggedEntry[], answered: readonly Answered[]): void {
  const logged = new Map<string, (boolean | undefined)[]>();
  for (const { id, decision } of entries) logged.set(id, [...(logged.get(id) ?? []), decision]);
  const wrong = answered.filter(({ id, decision }) => {
    const [first, ...more] = logged.get(id) ?? [];
    return first !== decision || more.length > 0;
  });
  expect(wrong).toEqual([]);
}
