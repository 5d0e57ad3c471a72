import type { JsonObject } from '@sallyport/contracts';
import { MetadataInvalidError, NotOfferedError } from './errors.js';
import { maxAgeSeconds } from './cache/max-age.js';
import { isObject } from './read-member.js';
import { isLoopback, type Settings } from './settings.js';
import { askWithin } from './transport/ask-within.js';
import { exchange } from './transport/exchange.js';

/** What AuthZEN's metadata names (§9.1). */
export type AuthzenEndpoint =
  | 'access_evaluation_endpoint'
  | 'access_evaluations_endpoint'
  | 'search_subject_endpoint'
  | 'search_resource_endpoint'
  | 'search_action_endpoint';

const EVALUATION_PATH = '/access/v1/evaluation';
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 86_400;

interface Known {
  readonly metadata: JsonObject;
  readonly untilMs: number;
}

/** Where the decision point's endpoints are, as it says itself; asked once, and again when that is out of date. */
export class Discovery {
  private known: Known | undefined;
  private asking: Promise<Known> | undefined;

  constructor(private readonly settings: Settings) {}

  /** Rejects with a PepError; NotOfferedError where the metadata has no such endpoint. */
  async endpoint(name: AuthzenEndpoint, signal?: AbortSignal): Promise<string> {
    const url = (await this.metadata(signal))[name];
    if (typeof url !== 'string') throw new NotOfferedError(`${name} is not offered`);
    return url;
  }

  /** The root that Sallyport's own endpoints stand on, which AuthZEN has no names for. */
  async root(signal?: AbortSignal): Promise<string> {
    const url = await this.endpoint('access_evaluation_endpoint', signal);
    return url.endsWith(EVALUATION_PATH)
      ? url.slice(0, -EVALUATION_PATH.length)
      : new URL(url).origin;
  }

  private async metadata(signal?: AbortSignal): Promise<JsonObject> {
    const { known, settings } = this;
    if (known && settings.platform.monotonicMs() < known.untilMs) return known.metadata;
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    // Endpoints rarely move: while nothing newer is to be had, what was valid stays so.
    if (known) return this.asking.then(({ metadata }) => metadata).catch(() => known.metadata);
    const asking = this.asking;
    const { budget, platform } = settings;
    const once = { ...budget, attemptMs: budget.deadlineMs, maxAttempts: 1 };
    return (await askWithin(() => asking, once, { platform, signal })).metadata;
  }

  private async ask(): Promise<Known> {
    const { platform, budget, maxAnswerBytes, pdp } = this.settings;
    const ask = {
      method: 'GET',
      url: wellKnown(pdp),
      headers: { accept: 'application/json' },
    } as const;
    const { headers, json } = await askWithin(
      (signal) => exchange(ask, { platform, maxAnswerBytes, signal }),
      budget,
      { platform },
    );
    const metadata = this.checked(json);
    const seconds = Math.max(maxAgeSeconds(headers), SHORTEST_SECONDS);
    const untilMs = platform.monotonicMs() + Math.min(seconds, LONGEST_SECONDS) * 1_000;
    return (this.known = { metadata, untilMs });
  }

  /** INVARIANT: the key goes to no address that did not pass here. */
  private checked(json: unknown): JsonObject {
    const { pdp, trustedOrigins } = this.settings;
    if (!isObject(json)) throw new MetadataInvalidError('the metadata is not an object');
    if (json['policy_decision_point'] !== pdp)
      throw new MetadataInvalidError('the metadata is that of another decision point');
    const own = new URL(pdp);
    for (const [name, value] of Object.entries(json)) {
      if (!name.endsWith('_endpoint')) continue;
      const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
      const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
      if (!url || !isSafe || (url.origin !== own.origin && !trustedOrigins.has(url.origin)))
        throw new MetadataInvalidError(`${name}: the key may not be sent there`);
    }
    return json;
  }
}

/** AuthZEN §9.2: between host and path. */
export function wellKnown(identifier: string): string {
  const { origin, pathname } = new URL(identifier);
  const path = pathname === '/' ? '' : pathname;
  return `${origin}/.well-known/authzen-configuration${path}`;
}
