import type { MetricsMessage } from './messages.js';

const ANSWER_MS = 2_000;

/** Asks the process at the other end of a channel for metrics, and answers when it asks. */
export class MetricsExchange {
  private readonly waiting = new Map<number, (text: string) => void>();
  private lastId = 0;

  constructor(
    private readonly send: (message: MetricsMessage) => void,
    private readonly answer: () => Promise<string>,
  ) {}

  /** In Prometheus' text format. Rejects when there is no answer within 2 s. */
  ask(): Promise<string> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error('a process does not tell its metrics'));
      }, ANSWER_MS);
      this.waiting.set(id, (text) => {
        clearTimeout(late);
        this.waiting.delete(id);
        resolve(text);
      });
      this.send({ type: 'metrics-wanted', id });
    });
  }

  /** Takes a message of the other end that is about metrics. */
  take(message: MetricsMessage): void {
    if (message.type === 'metrics') this.waiting.get(message.id)?.(message.text);
    else void this.tell(message.id);
  }

  private async tell(id: number): Promise<void> {
    // Whoever asked hears nothing where the metrics can't be had, and gives up.
    const text = await this.answer().catch(() => undefined);
    if (text !== undefined) this.send({ type: 'metrics', id, text });
  }
}
