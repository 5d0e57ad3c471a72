import { DecisionCache } from './cache/decision-cache.js';
import type { Discovery } from './discovery.js';
import type { Settings } from './settings.js';
import type { Signal } from './signals/signal.js';
import { SignalFollower } from './signals/signal-follower.js';
import { RevokedTokens } from './tokens/revoked-tokens.js';

/** What the client remembers, and the signals that keep it true. */
export class Memory {
  readonly revoked: RevokedTokens;
  private readonly cache: DecisionCache;
  private readonly follower: SignalFollower | undefined;

  constructor(discovery: Discovery, settings: Settings) {
    const { platform, maxSilenceMs, maxCacheEntries } = settings;
    this.revoked = new RevokedTokens(() => platform.nowMs());
    this.cache = new DecisionCache(maxCacheEntries, () => platform.monotonicMs());
    if (maxSilenceMs === undefined) return;
    this.follower = new SignalFollower(discovery, settings, maxSilenceMs, {
      changed: (signal) => this.changed(signal),
      reset: () => this.cache.clear(),
      reached: (version) => this.cache.reached(version),
    });
  }

  /** INVARIANT: undefined while signals may be missed; the decision point is asked then. */
  get usable(): DecisionCache | undefined {
    return this.cache.maxEntries > 0 && this.isLive ? this.cache : undefined;
  }

  get isLive(): boolean {
    return this.follower?.isLive ?? false;
  }

  start(): void {
    this.follower?.start();
  }

  async close(): Promise<void> {
    await this.follower?.close();
    this.cache.clear();
  }

  private changed(signal: Signal): void {
    if (signal.kind === 'token') this.revoked.add(signal.id);
    this.cache.changed(signal);
  }
}
