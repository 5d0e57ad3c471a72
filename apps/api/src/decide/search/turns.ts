import { UnavailableError } from '../../platform/errors.js';

/** Searches that are under way at once, at the most; each of them has part of its work still before it. */
const MAX_WAITING = 256;

/**
 * Gives searches their turns of the event loop, one search a turn however many there are: between two turns everything else runs, decisions first of all.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private isRunning = false;

  /** Rejects with UnavailableError when too many wait. */
  next(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING)
      return Promise.reject(new UnavailableError('too many searches are under way'));
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (!this.isRunning) this.run();
    });
  }

  private run(): void {
    this.isRunning = true;
    setImmediate(() => {
      this.waiting.shift()?.();
      this.isRunning = false;
      if (this.waiting.length > 0) this.run();
    });
  }
}

/** Longer turns would make decisions wait. */
const MAX_TURN_MS = 4;
const STEPS_BETWEEN_LOOKS = 16;

/** One search's measure of its turns. */
export class Pace {
  private until = performance.now() + MAX_TURN_MS;
  private steps = 0;

  constructor(private readonly turns: Turns) {}

  /** Whether the turn is over; then `rest` is to be awaited. */
  isOver(): boolean {
    this.steps += 1;
    return this.steps % STEPS_BETWEEN_LOOKS === 0 && performance.now() >= this.until;
  }

  async rest(): Promise<void> {
    await this.turns.next();
    this.until = performance.now() + MAX_TURN_MS;
  }
}
