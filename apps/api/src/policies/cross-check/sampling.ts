export interface SamplingOptions {
  /** One decision in so many, on average; 0 for none. */
  readonly oneIn: number;
  readonly maxPerSecond: number;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonicMs: () => number;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
}

/** Chooses which decisions are asked again, so that nobody can tell beforehand. */
export class Sampling {
  private untilNext: number;
  private startedAtMs = Number.NEGATIVE_INFINITY;
  private taken = 0;

  constructor(private readonly options: SamplingOptions) {
    this.untilNext = this.gap();
  }

  /** One subtraction for nearly every decision. */
  takesNext(): boolean {
    this.untilNext -= 1;
    if (this.untilNext > 0) return false;
    this.untilNext = this.gap();
    return this.isWithinBound();
  }

  /** Geometric: every decision has the same chance, whatever came before. */
  private gap(): number {
    const { oneIn, random } = this.options;
    if (oneIn === 0) return Number.POSITIVE_INFINITY;
    if (oneIn === 1) return 1;
    return 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / oneIn));
  }

  private isWithinBound(): boolean {
    const { monotonicMs, maxPerSecond } = this.options;
    const nowMs = monotonicMs();
    if (nowMs - this.startedAtMs >= 1_000) {
      this.startedAtMs = nowMs;
      this.taken = 0;
    }
    this.taken += 1;
    return this.taken <= maxPerSecond;
  }
}
