/**
 * What the SDK takes from where it runs. The one file that reads a clock or is random: everything else gets it from here, so that a
 * test, or a runtime of another kind, can put its own in place.
 */
export interface Platform {
  /** Epoch ms, for what tokens and HTTP dates say. */
  nowMs(): number;
  /** Ms on a clock that never jumps, for every wait and age. */
  monotonicMs(): number;
  /** 0 ≤ x < 1, for jitter alone. */
  random(): number;
  /** Node's keeps connections alive by itself. */
  readonly fetch: typeof fetch;
}

export const platform: Platform = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  fetch: (input, init) => fetch(input, init),
};
