import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asOwner } from './embedded-database.js';
import type { Load } from './load.js';
import { playRound, rounds, startWorld, untilEndsAreLogged, type World } from './rounds.js';
import { SmallDisk } from './small-disk.js';

jest.setTimeout(240_000);

const MEGABYTES = 320;
const STAYS_FULL_MS = 4_000;
const REFUSED = 20;
const SEGMENTS = 12;
/** Without room for a table a statement fails; without room for its write-ahead log the server ends, and can't recover either. */
const KINDS = ['tables', 'write-ahead log'] as const;

const isPossible = SmallDisk.isPossible();
if (!isPossible) console.log('not root, or no mount allowed: skipping the full disk');

(isPossible ? describe : describe.skip)('a full disk under load', () => {
  let disk: SmallDisk;
  let world: World;
  beforeAll(async () => {
    disk = SmallDisk.mount(MEGABYTES);
    world = await startWorld({}, disk.path);
    await keepFewSegments(world.broker.dataDir);
  });
  afterAll(async () => {
    await world?.broker.discard();
    disk?.unmount();
  });

  it.each(rounds(KINDS))(
    'round %i, no room for the %s: nothing is answered unlogged, and answers come again when there is room',
    async (_round, kind) => {
      await playRound(world, async (load) => {
        try {
          await keepFull(disk, world, load, kind);
        } finally {
          disk.free();
        }
      });
    },
  );

  it('the jobs told the end of every grant', () => untilEndsAreLogged(world));
});

/** The server would keep those of one fault for the next, until they are all that the disk has room for. */
async function keepFewSegments(dataDir: string): Promise<void> {
  for (const name of ['min_wal_size', 'max_wal_size'])
    await asOwner(dataDir, `ALTER SYSTEM SET ${name} = '32MB'`);
  await asOwner(dataDir, 'SELECT pg_reload_conf()');
}

/** Until decisions were refused for want of room, and for a while more. */
async function keepFull(
  disk: SmallDisk,
  { broker }: World,
  load: Load,
  kind: (typeof KINDS)[number],
): Promise<void> {
  const before = load.refused.length;
  disk.fill();
  if (kind === 'write-ahead log') await useUpSegments(disk, broker.dataDir);
  for (const deadline = Date.now() + 60_000; load.refused.length < before + REFUSED;) {
    if (Date.now() > deadline) throw new Error('a full disk refused nothing');
    await sleep(100);
    disk.fill();
  }
  const answered = load.answered.length;
  for (const until = Date.now() + STAYS_FULL_MS; Date.now() < until; await sleep(100)) disk.fill();
  // Whoever was answered meanwhile found some room that was freed: that it was logged is proven later.
  expect(load.refused.length).toBeGreaterThan(load.answered.length - answered);
}

/** Segments that are there already have room: each is left for the next, until there is none. */
async function useUpSegments(disk: SmallDisk, dataDir: string): Promise<void> {
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    disk.fill();
    const statement = `SELECT pg_logical_emit_message(false, 'fault', 'x'), pg_switch_wal()`;
    const wasAlive = await asOwner(dataDir, statement).then(
      () => true,
      () => false,
    );
    if (!wasAlive) return;
  }
  throw new Error('the server had room for its write-ahead log all the time');
}
