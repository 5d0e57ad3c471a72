// As long as this, and the sockets, timers and answers of everybody else have their turn before the rest is done.
const MAX_RUN_MS = 8;

let waiting: (() => void)[] = [];

/**
 * Does `work` at the end of this turn of the event loop, after all that came before it. What it puts off in the same way
 * follows what is waiting by then, so that requests which arrived together pass each stage together: a stage that runs for
 * one after the other finds its code and data in the processor's caches, which for a single request costs more than the
 * stage itself. `work` must not throw.
 */
export function atTurnEnd(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(run);
}

/** What `work` returns, or rejects with what it throws. */
export function resultAtTurnEnd<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    atTurnEnd(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function run(): void {
  const endMs = performance.now() + MAX_RUN_MS;
  let done = 0;
  try {
    while (done < waiting.length && performance.now() < endMs) waiting[done++]?.();
  } finally {
    waiting = waiting.slice(done);
    if (waiting.length > 0) setImmediate(run);
  }
}
