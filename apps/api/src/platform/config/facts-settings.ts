import { z } from 'zod';
import { integer } from './setting-types.js';

/** Facts in memory: how old they may be. */
export const facts = z.object({
  maxAgeMs: integer(500, 60_000).default(5_000).meta({
    env: 'SALLYPORT_FACTS_MAX_AGE_MS',
    description:
      'Facts that were not known to be complete for longer than this are stale: decisions say `feed-stale`, and a `strict` enforcement point gets no permit. The process looks for changes that it was not told of five times within it, and at least every second.',
  }),
  maxItems: integer(1_000, 100_000_000).default(2_000_000).meta({
    env: 'SALLYPORT_REGISTER_MAX_ITEMS',
    description:
      'Most entities, devices, consents, grants and places (of each) that a process holds in memory for one tenant, 250 to 400 bytes an item; beyond 8 million items in all, raise `--max-old-space-size`. A larger register is held in part: what decisions ask for is read and kept until room is needed.',
  }),
});
