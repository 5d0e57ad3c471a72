/**
 * Runs one task over and over, never twice at a time. A request is answered by a run that began after it, and all
 * requests that wait share that run.
 */
export class LatestRun {
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  request(): Promise<void> {
    if (!this.current) return this.begin();
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.request();
      });
    return this.next;
  }

  private begin(): Promise<void> {
    const run = this.task().finally(() => {
      this.current = undefined;
    });
    this.current = run;
    return run;
  }
}
