import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isRunning } from '../support/npm-start.js';
import {
  eventually,
  playRound,
  rounds,
  startAgain,
  startWorld,
  untilEndsAreLogged,
  type World,
} from './rounds.js';

jest.setTimeout(240_000);

/** Of an instance with two decision processes. */
const KINDS = ['api', 'decide-1', 'jobs'] as const;

describe('kill -9 of one process of several, under load', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ SALLYPORT_WORKERS: '2' });
  });
  afterAll(() => world?.broker.discard());

  it.each(rounds(KINDS))(
    'round %i, %s: it is replaced, and no answer that was given is lost',
    async (_round, name) => {
      await playRound(world, async () => {
        const pid = world.broker.described().pids[name] ?? 0;
        const exited = once(world.broker.process, 'exit');
        process.kill(pid, 'SIGKILL');
        if (name === 'api') {
          // The primary's death ends the start; whoever supervises it starts it again.
          expect(await exited).toEqual([1, null]);
          await startAgain(world);
          return;
        }
        await eventually(`${name} was replaced`, async () => {
          const fresh = world.broker.described().pids[name];
          return fresh !== undefined && fresh !== pid && isRunning(fresh);
        });
        expect(isRunning(world.broker.pids.api)).toBe(true);
      });
    },
  );

  it('the jobs told the end of every grant', () => untilEndsAreLogged(world));
});
