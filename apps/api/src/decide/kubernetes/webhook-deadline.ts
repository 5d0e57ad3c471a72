const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** Kubernetes' own default, and the most that it can be told to wait. */
const DEFAULT_MS = 10_000;
const LONGEST_MS = 30_000;
const WAY_BACK_MS = 500;

/** How long the API server waits, less the answer's way back: from `?timeout=3s`, a Go duration. What is none counts as not given. */
export function deadlineMs(timeout: unknown): number {
  const given = typeof timeout === 'string' ? goDurationMs(timeout) : undefined;
  const waits = Math.min(given ?? DEFAULT_MS, LONGEST_MS);
  return waits - Math.min(WAY_BACK_MS, waits / 5);
}

function goDurationMs(text: string): number | undefined {
  if (!/^(?:\d{1,12}(?:\.\d{1,9})?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(h|ms|us|µs|ns|m|s)/g);
  return [...parts].reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNIT_MS[unit] ?? 0), 0);
}

/** The work's result, or `late()` where that comes first. Rejects like the work. */
export async function within<T>(ms: number, work: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late()), ms);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
