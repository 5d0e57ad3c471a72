/** Calls `act` with the newest value, at once and then at most once each interval. */
export function atMostEvery<T>(
  intervalMs: number,
  act: (value: T) => void,
): { call(value: T): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let waiting: { readonly value: T } | undefined;
  const pause = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      if (!waiting) return;
      const { value } = waiting;
      waiting = undefined;
      pause();
      act(value);
    }, intervalMs);
  };
  return {
    call(value) {
      if (timer) {
        waiting = { value };
        return;
      }
      pause();
      act(value);
    },
    cancel() {
      clearTimeout(timer);
    },
  };
}
