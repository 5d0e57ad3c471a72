import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isRunning } from '../support/npm-start.js';
import { asOwner } from './embedded-database.js';
import {
  eventually,
  playRound,
  rounds,
  startWorld,
  untilEndsAreLogged,
  type World,
} from './rounds.js';

jest.setTimeout(240_000);

/** A session that dies has the server throw out all of them and recover; a server that dies or is restarted is started again. */
const KINDS = ['session killed', 'server killed', 'server restarted'] as const;

describe('a PostgreSQL that dies under load', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ SALLYPORT_WORKERS: '2' });
  });
  afterAll(() => world?.broker.discard());

  it.each(rounds(KINDS))(
    'round %i, %s: answers come again by themselves, and none that was given is lost',
    async (_round, kind) => {
      await playRound(world, async (load) => {
        const { pids } = world.broker.described();
        const server = pids.postgres ?? 0;
        if (kind === 'session killed') process.kill(await aSession(world), 'SIGKILL');
        else process.kill(server, kind === 'server killed' ? 'SIGKILL' : 'SIGINT');
        if (kind !== 'session killed')
          await eventually('the server was started again', async () => {
            const fresh = world.broker.described().pids.postgres;
            return fresh !== undefined && fresh !== server && isRunning(fresh);
          });
        await eventually('decisions are durable again', async () => {
          await load.more(1);
          return true;
        });
        // It cost no process of ours its life.
        expect(world.broker.described().pids).toMatchObject(ours(pids));
      });
      // Keys and tokens are read and written again too; people signed in and were granted what the next round uses up.
      const token = await world.access.token('dana');
      expect(await world.access.isActive(token)).toBe(true);
    },
  );

  it('the jobs told the end of every grant', () => untilEndsAreLogged(world));
});

/** The process of a session that writes to the log. */
async function aSession({ broker }: World): Promise<number> {
  const [session] = await asOwner<{ pid: number }>(
    broker.dataDir,
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'sallyport-log' LIMIT 1`,
  );
  return session?.pid ?? 0;
}

function ours({ postgres: _, ...pids }: Readonly<Record<string, number>>) {
  return pids;
}
