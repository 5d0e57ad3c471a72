import { afterEach, expect, it, jest } from '@jest/globals';
import { describeDriving } from '../e2e/support/needs.js';
import { FakeTime } from './fake-time.js';
import {
  ENOUGH,
  eventually,
  expectNonePermitted,
  expectProven,
  loadOn,
  playRound,
  ROUNDS,
  startAgain,
  startWorld,
  type World,
} from './rounds.js';
import type { LoggedEntry } from './published-log.js';

jest.setTimeout(240_000);

const HOUR_SECONDS = 3_600;
const OLDER_SECONDS = HOUR_SECONDS + 600;
/** Time to see that the grant lives, and to step the clock. */
const LEFT_SECONDS = 15;
/** Decisions that are taken at the same time may be logged in any order. */
const ORDER_MS = 10_000;
const TIMES = Array.from({ length: ROUNDS }, (_, round) => round + 1);

describeDriving('faketime', 'a clock that is stepped under load', () => {
  let time: FakeTime;
  let world: World;
  const start = async (offsetSeconds: number): Promise<void> => {
    time = new FakeTime(offsetSeconds);
    world = await startWorld(time.env());
  };
  afterEach(async () => {
    await world?.broker.discard();
    time.remove();
  });

  it.each(TIMES)(
    'round %i, back: a grant ends when it ends, and a start in between revives none',
    async () => {
      // The grant is older than the step: on a clock that went back it would have begun, and not have ended.
      await start(-OLDER_SECONDS);
      const omars = await world.access.grant('omar', OLDER_SECONDS + LEFT_SECONDS);
      time.set(0);
      await eventually('the clock is right', async () => (await stepsSeen(world)) === 1);
      await playRound(world, async () => time.set(-HOUR_SECONDS), omars);
      expect(await stepsSeen(world)).toBe(2);

      await world.broker.stop();
      await startAgain(world);
      const before = await world.log.checkpoint();
      const load = loadOn(world);
      await load.more(ENOUGH);
      await load.stop();
      expectNonePermitted(load.answered, omars.endsAtMs);
      expectTimesGoOn(await expectProven(world, load, before));
    },
  );

  it('ahead, and back again: what ended early stays ended, and work goes on', async () => {
    await start(0);
    const before = await world.log.checkpoint();
    await world.access.grant('omar', HOUR_SECONDS / 2);
    expect(await world.access.ask('omar')).toMatchObject({ decision: true });
    const load = loadOn(world);
    try {
      await load.more(ENOUGH);
      time.set(HOUR_SECONDS);
      await eventually('the grant has ended', async () => {
        const { decision } = await world.access.ask('omar');
        return !decision;
      });
      const endedAtMs = Date.now();
      await load.more(ENOUGH);
      time.set(0);
      await eventually('the clock is ahead', async () => (await aheadSeconds(world)) > 3_000);
      await load.more(ENOUGH);
      expectNonePermitted(load.answered, endedAtMs);
      expect(await world.access.ask('dana')).toMatchObject({ decision: true });
      await world.access.grant('omar', 60);
      expect(await world.access.ask('omar')).toMatchObject({ decision: true });
    } finally {
      await load.stop();
    }
    expect(await stepsSeen(world)).toBe(2);
    expectTimesGoOn(await expectProven(world, load, before));
  });
});

async function metric({ broker }: World, name: string): Promise<number> {
  const { text } = await broker.client.call('GET', '/metrics', { key: broker.adminToken });
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

const aheadSeconds = (world: World) => metric(world, 'sallyport_clock_ahead_seconds');
const stepsSeen = (world: World) => metric(world, 'sallyport_faults_total{event="clock-stepped"}');

/** The times in the log are those of one clock that never went back. */
function expectTimesGoOn(entries: readonly LoggedEntry[]): void {
  let latest = 0;
  for (const { time } of entries) {
    expect(Date.parse(time)).toBeGreaterThan(latest - ORDER_MS);
    latest = Math.max(latest, Date.parse(time));
  }
}
