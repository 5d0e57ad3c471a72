import { z } from 'zod';
import { integer } from './setting-types.js';

/** The live check of compiled policies against Cedar's own evaluator. */
export const policies = z.object({
  crossCheckOneIn: integer(0, 1_000_000).default(1_000).meta({
    env: 'SALLYPORT_CROSS_CHECK_ONE_IN',
    description:
      'One decision in so many, on average, is taken again by Cedar’s own evaluator, off the request path; 0 for none. A disagreement raises an alarm, is logged, and leaves that policy version to Cedar’s evaluator.',
  }),
  crossCheckMaxPerSecond: integer(1, 1_000).default(10).meta({
    env: 'SALLYPORT_CROSS_CHECK_MAX_PER_SECOND',
    description:
      'Most decisions that one process has taken again in a second. However high, the check works for a twentieth of a core at most.',
  }),
});
