import type { AuthzenEndpoint } from './discovery.js';
import { Discovery } from './discovery.js';
import type { Settings } from './settings.js';
import { askWithin } from './transport/ask-within.js';
import { type Answer, exchange } from './transport/exchange.js';

/** Every question of this enforcement point goes through here: one credential, one budget, one way to fail. */
export class Endpoints {
  readonly discovery: Discovery;

  constructor(private readonly settings: Settings) {
    this.discovery = new Discovery(settings);
  }

  /** POSTs to an endpoint that AuthZEN names. Rejects with a PepError. */
  ask(to: AuthzenEndpoint, body: object, signal?: AbortSignal): Promise<Answer> {
    return this.post((own) => this.discovery.endpoint(to, own), body, signal);
  }

  /** POSTs to an endpoint of Sallyport's own, e.g. `/v1/plan`. Rejects with a PepError. */
  askAt(path: string, body: object, signal?: AbortSignal): Promise<Answer> {
    return this.post(async (own) => `${await this.discovery.root(own)}${path}`, body, signal);
  }

  private post(
    where: (signal: AbortSignal) => Promise<string>,
    body: object,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { platform, budget, maxAnswerBytes, key } = this.settings;
    const text = JSON.stringify(body);
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
    };
    return askWithin(
      async (own) => {
        const ask = { method: 'POST', url: await where(own), headers, body: text } as const;
        return exchange(ask, { platform, maxAnswerBytes, signal: own });
      },
      budget,
      { platform, signal },
    );
  }
}
