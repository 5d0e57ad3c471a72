import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer isn't undefined or false; rejects with `what` when that takes longer than `withinMs`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`${what}: not within ${withinMs} ms`);
}

/** Waits until something is so that comes by itself; resolves to the milliseconds that took. Rejects with the question when they are over `withinMs`. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<number> {
  const beganAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - beganAt > withinMs)
      throw new Error(`not within ${withinMs} ms: ${isSo.toString()}`);
    await sleep(5);
  }
  return performance.now() - beganAt;
}

/** Resolves at the moment `timeMs` or just after it, never before. */
export async function untilTime(timeMs: number): Promise<void> {
  while (Date.now() < timeMs) await sleep(timeMs - Date.now());
}
