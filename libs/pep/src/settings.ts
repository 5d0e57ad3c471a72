import type { ObligationHandler } from './obligations.js';
import { type Platform, platform } from './platform.js';
import type { Budget } from './transport/ask-within.js';

export interface PepOptions {
  /**
   * The decision point's identifier, e.g. `https://access.example/acme`: its metadata is looked up from it and must name the same one
   * (AuthZEN §9.1.1). `https`, unless it is on this machine.
   */
  readonly pdp: string;
  /** This enforcement point's key. */
  readonly key: string;
  /** `deny` (the default): whatever goes wrong is a deny with a reason. `throw`: it is thrown as a PepError. */
  readonly onFailure?: 'deny' | 'throw';
  /** For a call with all its attempts; 2000. */
  readonly deadlineMs?: number;
  /** For one attempt; 1000. */
  readonly attemptMs?: number;
  /** 3. */
  readonly maxAttempts?: number;
  /** 4 MiB. */
  readonly maxAnswerBytes?: number;
  /** Who fulfils obligations, by type. A permit under one that is missing here is a deny. */
  readonly obligations?: Readonly<Record<string, ObligationHandler>>;
  /** For an obligation's handler; 2000. */
  readonly obligationMs?: number;
  /**
   * Follows the decision point's signals: revoked tokens are refused at once. `true`, or how long silence may last before nothing from the
   * cache is used (15 000 ms).
   */
  readonly signals?: boolean | { readonly maxSilenceMs?: number };
  /** Keeps answers for as long as the decision point allows; only beside `signals`. `true`, or how many at most (10 000). */
  readonly cache?: boolean | { readonly maxEntries?: number };
  /** Origins beside the decision point's own that the key may be sent to, where metadata names them. */
  readonly trustedOrigins?: readonly string[];
  /** Told what happens in the background, for a log. */
  readonly onProblem?: (problem: Error) => void;
  readonly platform?: Partial<Platform>;
}

/** Options with every default filled in. */
export interface Settings {
  readonly pdp: string;
  readonly key: string;
  readonly onFailure: 'deny' | 'throw';
  readonly budget: Budget;
  readonly maxAnswerBytes: number;
  readonly obligations: ReadonlyMap<string, ObligationHandler>;
  readonly obligationMs: number;
  /** Undefined where signals are not followed. */
  readonly maxSilenceMs: number | undefined;
  /** 0 where nothing is kept. */
  readonly maxCacheEntries: number;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly onProblem: (problem: Error) => void;
  readonly platform: Platform;
}

/** Throws TypeError for options that could only fail later, or leak the key. */
export function settingsOf(options: PepOptions): Settings {
  const { signals = false, cache = false } = options;
  if (cache !== false && signals === false)
    throw new TypeError('cache: an answer may be kept only where signals are followed');
  if (!/^[\x21-\x7e]+$/.test(options.key)) throw new TypeError('key: must be visible ASCII');
  return {
    pdp: identifierOf(options.pdp),
    key: options.key,
    onFailure: options.onFailure ?? 'deny',
    budget: {
      deadlineMs: positive(options, 'deadlineMs', 2_000),
      attemptMs: positive(options, 'attemptMs', 1_000),
      maxAttempts: positive(options, 'maxAttempts', 3),
    },
    maxAnswerBytes: positive(options, 'maxAnswerBytes', 4_194_304),
    obligations: new Map(Object.entries(options.obligations ?? {})),
    obligationMs: positive(options, 'obligationMs', 2_000),
    maxSilenceMs: signals === false ? undefined : positive(signals, 'maxSilenceMs', 15_000),
    maxCacheEntries: cache === false ? 0 : positive(cache, 'maxEntries', 10_000),
    trustedOrigins: new Set(options.trustedOrigins),
    onProblem: options.onProblem ?? (() => undefined),
    platform: { ...platform, ...options.platform },
  };
}

/** AuthZEN §9.1: no query, no fragment. */
function identifierOf(pdp: string): string {
  const url = new URL(pdp);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!isSafe) throw new TypeError('pdp: must be https, for the key travels with every question');
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new TypeError('pdp: must have no query, fragment or credential');
  return pdp;
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function positive<Name extends string>(
  options: { readonly [K in Name]?: number | undefined } | true,
  name: Name,
  otherwise: number,
): number {
  const value = options === true ? otherwise : (options[name] ?? otherwise);
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`${name}: must be a positive number`);
}
