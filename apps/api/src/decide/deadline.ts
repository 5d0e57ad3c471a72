import { StepDenied } from './decision-state.js';

/** A time limit on work; `clear` it when the work is over. */
export class Deadline {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {}

  bound<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.expiry()]);
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private expiry(): Promise<never> {
    return new Promise((_, reject) => {
      this.timer = setTimeout(() => reject(new StepDenied('deadline-exceeded')), this.ms);
    });
  }
}
