import {
  AbortedError,
  DeadlineExceededError,
  PdpFailedError,
  RateLimitedError,
  UnreachableError,
} from '../errors.js';
import type { Platform } from '../platform.js';

/** How long a call may take in all, and how its attempts share that time. */
export interface Budget {
  readonly deadlineMs: number;
  readonly attemptMs: number;
  readonly maxAttempts: number;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Attempts until one succeeds, the deadline has come, or another could not help: an evaluation is idempotent, so it may be asked again.
 * Rejects with the last attempt's error where there is no time for another.
 */
export async function askWithin<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  budget: Budget,
  { platform, signal }: { readonly platform: Platform; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const endsAtMs = platform.monotonicMs() + budget.deadlineMs;
  for (let count = 1; ; count += 1) {
    const leftMs = endsAtMs - platform.monotonicMs();
    if (leftMs <= 0) throw new DeadlineExceededError('there was no answer in time');
    try {
      return await within(attempt, Math.min(leftMs, budget.attemptMs), signal);
    } catch (error) {
      if (count >= budget.maxAttempts || !mayPass(error)) throw error;
      const pauseMs = pauseBefore(count, error, platform.random());
      if (platform.monotonicMs() + pauseMs >= endsAtMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** Resolves after a pause; rejects with AbortedError when the caller gives up meanwhile. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Exponential with full jitter: many enforcement points must not come back at the same moment. */
export function pauseBefore(attempt: number, error: unknown, random: number): number {
  const ceilingMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  const asked = error instanceof RateLimitedError || error instanceof PdpFailedError;
  return Math.max((asked && error.retryAfterMs) || 0, Math.ceil(ceilingMs * random));
}

function mayPass(error: unknown): boolean {
  return (
    error instanceof UnreachableError ||
    error instanceof DeadlineExceededError ||
    error instanceof RateLimitedError ||
    error instanceof PdpFailedError
  );
}

/** INVARIANT: settles in time even where the attempt does not heed its signal. */
function within<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const own = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const give = (error: Error) => {
      reject(error);
      own.abort(error);
    };
    const stop = () => give(aborted(signal));
    const timer = setTimeout(
      () => give(new DeadlineExceededError('there was no answer in time')),
      ms,
    );
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    if (signal?.aborted) {
      done();
      return stop();
    }
    signal?.addEventListener('abort', stop, { once: true });
    attempt(own.signal).then(resolve, reject).finally(done);
  });
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('the caller gave up', { cause: signal?.reason });
}
