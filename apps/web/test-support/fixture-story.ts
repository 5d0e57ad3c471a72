import { DANA, OMAR } from './fixture-people.js';
import { FixtureWorld } from './fixture-world.js';

/** The tenant in the middle of the story: a denial, a request that waits, one that was decided, a live grant. */
export function storyWorld(now: () => number = Date.now): FixtureWorld {
  const world = new FixtureWorld(now);
  world.record('tenant.applied', 'admin:bootstrap', { detail: { files: 12 } });
  world.decide(DANA, false);
  const first = world.submit(DANA, 1800, 'Compare the ledger of last night');
  world.review(OMAR, first.id, 'APPROVE', 'Ledger work is on call today', 600);
  world.decide(DANA, true);
  world.submit(DANA, 1800, 'Check a customer’s order that was charged twice');
  world.log.publish();
  return world;
}
