import { NotResident } from '@sallyport/policy';

/** More than a question can have need for; whoever needs more is asking again and again for what is evicted meanwhile. */
const MAX_ROUNDS = 64;

/**
 * Does work that reads registers, and does all of it again after what it lacked was brought: work half done on facts of two
 * moments would be worth nothing. At once, and without a promise, where everything is in memory. Rejects like `bring`, and with
 * NotResident when there is no end of it.
 */
export function untilResident<T>(work: () => T): T | Promise<T> {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotResident) return afterBringing(error, work);
    throw error;
  }
}

async function afterBringing<T>(first: NotResident, work: () => T): Promise<T> {
  let missing = first;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await missing.bring();
    try {
      return work();
    } catch (error) {
      if (!(error instanceof NotResident)) throw error;
      missing = error;
    }
  }
  throw missing;
}
