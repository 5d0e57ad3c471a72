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

/** Resolves at the moment `timeMs` or just after it, never before. */
export async function until(timeMs: number): Promise<void> {
  while (Date.now() < timeMs) await sleep(timeMs - Date.now());
}
