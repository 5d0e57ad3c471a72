import { z } from 'zod';
import { integer } from './setting-types.js';

/** What an enforcement point may ask where its own entry says nothing. */
export const limits = z.object({
  perSecond: integer(1, 1_000_000).optional().meta({
    env: 'SALLYPORT_PEP_PER_SECOND',
    description:
      'Requests in a second that one enforcement point may make of one process, where its `limits` in `peps.yaml` say nothing; more get 429. With several processes, each admits as many.',
    defaultNote: 'no limit',
  }),
  burst: integer(1, 1_000_000).optional().meta({
    env: 'SALLYPORT_PEP_BURST',
    description: 'Requests that it may make at once after a pause.',
    defaultNote: 'as many as in a second',
  }),
});
