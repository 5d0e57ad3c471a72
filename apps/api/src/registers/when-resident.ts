import { NotResident } from '@sallyport/policy';
import { UnavailableError } from '../platform/errors.js';

/** Each round brings at least one part; a read that needs more parts than this one after the other is not worth it. */
const MAX_ROUNDS = 64;

/**
 * Reads facts of which some may not be in memory: reads, brings what was missed, and reads again from the start. `read` must do nothing
 * but read. Rejects with UnavailableError where the parts do not come, or go again before the others are there.
 */
export async function whenResident<T>(read: () => T): Promise<T> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotResident)) throw error;
      await bring(error);
    }
  }
  throw new UnavailableError('the facts that this needs do not fit into memory together');
}

async function bring(missed: NotResident): Promise<void> {
  try {
    await missed.bring();
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause;
    throw new UnavailableError('the facts that this needs cannot be read now', { cause });
  }
}
