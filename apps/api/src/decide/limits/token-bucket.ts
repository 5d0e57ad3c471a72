/**
 * A token bucket: `burst` requests at once, `perSecond` in the long run. It is told the time, in milliseconds of any clock that
 * never goes back.
 */
export class TokenBucket {
  private tokens: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private atMs: number,
  ) {
    this.tokens = burst;
  }

  /** Takes a token: 0 where there was one, otherwise how many seconds until there is. */
  take(nowMs: number): number {
    const gained = (Math.max(0, nowMs - this.atMs) / 1_000) * this.perSecond;
    this.tokens = Math.min(this.burst, this.tokens + gained);
    this.atMs = nowMs;
    if (this.tokens < 1) return (1 - this.tokens) / this.perSecond;
    this.tokens -= 1;
    return 0;
  }
}
