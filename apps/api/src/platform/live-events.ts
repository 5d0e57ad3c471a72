/** More events than this wait for a slow screen: the oldest go, for each only says "look again". */
const MAX_WAITING = 100;

/**
 * Events of one screen as an async iterator (what a GraphQL subscription resolver returns). `subscribe` hands over a listener
 * and gets the way to remove it back, which is called when the screen goes away.
 */
export function liveEvents<T>(
  subscribe: (push: (event: T) => void) => () => void,
): AsyncIterableIterator<T> {
  const waiting: T[] = [];
  let wake: (() => void) | undefined;
  let done = false;
  const unsubscribe = subscribe((event) => {
    if (waiting.push(event) > MAX_WAITING) waiting.shift();
    wake?.();
  });
  const finish = (): Promise<IteratorResult<T>> => {
    done = true;
    unsubscribe();
    wake?.();
    return Promise.resolve({ value: undefined, done: true });
  };
  return {
    async next(): Promise<IteratorResult<T>> {
      while (!done) {
        const event = waiting.shift();
        if (event !== undefined) return { value: event, done: false };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return { value: undefined, done: true };
    },
    return: finish,
    throw: (error: unknown) => finish().then(() => Promise.reject(error as Error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
