/** The only source of time in the api; tests put a fake in its place. Milliseconds since the epoch, UTC. */
export abstract class Clock {
  abstract nowMs(): number;
}

export interface SteadyClockSources {
  /** The machine's clock: milliseconds since the epoch. It can be stepped, either way. */
  readonly wallMs: () => number;
  /** Milliseconds from any origin at an even pace. It may stand still while the machine sleeps. */
  readonly elapsedMs: () => number;
  /** Hears of a step of the machine's clock, in milliseconds; below zero, it was set back. */
  readonly stepped: (byMs: number) => void;
}

/** Smaller jumps are the everyday work of time synchronization. */
const STEP_MS = 1_000;
/** The machine's clock and the even one are said to agree when they are this close. */
const AGREE_MS = 5_000;
const CATCHING_UP = 0.5;

/**
 * A clock that no step of the machine's clock turns back: what has ended stays ended (ADR 13). It shows the latest of what the
 * machine's clock says and what has gone by since the start: a step back is ignored, a step ahead counts at once.
 * INVARIANT: no reading is earlier than one before it, than the machine's clock, or than the start plus the time elapsed.
 */
export class SteadyClock extends Clock {
  private readonly sources: SteadyClockSources;
  /** What the clock would show had nobody ever stepped it. */
  private lineMs: number;
  private shownMs: number;
  private readWallMs: number;
  private readElapsedMs: number;

  constructor(sources: Partial<SteadyClockSources> = {}) {
    super();
    this.sources = { ...MACHINE, ...sources };
    this.readWallMs = this.sources.wallMs();
    this.readElapsedMs = this.sources.elapsedMs();
    this.lineMs = this.readWallMs;
    this.shownMs = this.readWallMs;
  }

  nowMs(): number {
    const wallMs = this.sources.wallMs();
    const elapsedMs = this.sources.elapsedMs();
    const passedMs = Math.max(0, elapsedMs - this.readElapsedMs);
    const steppedMs = wallMs - this.readWallMs - passedMs;
    this.readWallMs = wallMs;
    this.readElapsedMs = elapsedMs;
    this.lineMs += passedMs;
    this.shownMs = Math.max(this.shownMs + passedMs * this.pace(), this.lineMs, wallMs);
    if (Math.abs(steppedMs) >= STEP_MS) this.sources.stepped(Math.round(steppedMs));
    return Math.floor(this.shownMs);
  }

  /** How far this clock is ahead of the machine's. Zero, unless that was set back. */
  aheadMs(): number {
    return this.nowMs() - Math.floor(this.readWallMs);
  }

  /** Never again earlier than this: a moment that the log has seen. */
  startNoEarlierThan(atMs: number): void {
    if (atMs <= this.nowMs()) return;
    this.lineMs = atMs;
    this.shownMs = atMs;
  }

  /**
   * After a step ahead that was taken back, two clocks agree that the shown time is too late: it goes slower until they meet.
   * Where they don't agree, the machine's clock may have been set back from the true time: then every second counts.
   */
  private pace(): number {
    return Math.abs(this.readWallMs - this.lineMs) <= AGREE_MS ? CATCHING_UP : 1;
  }
}

const MACHINE: SteadyClockSources = {
  wallMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  stepped: () => undefined,
};
