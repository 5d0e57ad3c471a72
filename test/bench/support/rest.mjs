/** A machine at rest: work that one subject puts off must not fall into the time of the next. */
import { setTimeout as sleep } from 'node:timers/promises';

const restMs = 1_200; // longer than the second after which a checkpoint is made
const busyShare = 0.1;
const restDeadlineMs = 300_000;

/**
 * Waits until the subject uses less than a tenth of a core and, where it has a log, every entry has its search row: after a load at the peak
 * their writer rests for seconds, idle with all of them still to do.
 * @returns {Promise<{ restedMs: number, cpu: Record<string, number> }>} how long its work went on, and what each part has used by then
 */
export async function comeToRest({ url, cpu, searchLag = none }) {
  const startMs = Date.now();
  for (let before = cpu(); Date.now() < startMs + restDeadlineMs;) {
    const beganMs = Date.now();
    const lag = await searchLag();
    await sleep(restMs);
    const after = cpu();
    const isIdle = total(after) - total(before) < busyShare * 1_000 * (Date.now() - beganMs);
    if (isIdle && lag === 0) return { restedMs: beganMs - startMs, cpu: after };
    before = after;
  }
  throw new Error(`${url}: still busy ${restDeadlineMs / 1_000} s after the load`);
}

const none = () => Promise.resolve(0);

const total = (parts) => Object.values(parts).reduce((sum, micros) => sum + micros, 0);
