import { UnavailableError } from '../../platform/errors.js';
import { type Wanted, wantedKey } from './wanted.js';

const MAX_WAITING = 5_000;
const MAX_BATCH = 200;
const MAX_UNDER_WAY = 2;

interface Waiting {
  readonly wanted: Wanted;
  readonly arrived: Promise<void>;
  readonly settle: (error?: unknown) => void;
}

/** Brings what is missed, many at a time and each only once however many miss it. Bounded: beyond that, misses fail at once. */
export class Fetcher {
  private readonly waiting = new Map<string, Waiting>();
  private readonly underWay = new Map<string, Promise<void>>();
  private batches = 0;

  /** `fetch` resolves when all of its parts were taken in. */
  constructor(private readonly fetch: (batch: readonly Wanted[]) => Promise<void>) {}

  /** Rejects with what `fetch` rejects with, or with UnavailableError where too much is missed already. */
  bring(wanted: Wanted): Promise<void> {
    const key = wantedKey(wanted);
    const known = this.waiting.get(key)?.arrived ?? this.underWay.get(key);
    if (known) return known;
    if (this.waiting.size >= MAX_WAITING)
      return Promise.reject(new UnavailableError('too many facts are being read at once'));
    let settle: Waiting['settle'] = () => undefined;
    const arrived = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error as Error));
    });
    this.waiting.set(key, { wanted, arrived, settle });
    // Not at once: what the other questions of this turn miss goes along.
    if (this.waiting.size === 1) setImmediate(() => this.next());
    return arrived;
  }

  private next(): void {
    while (this.batches < MAX_UNDER_WAY && this.waiting.size > 0) void this.run(this.take());
  }

  private take(): [string, Waiting][] {
    const batch = [...this.waiting].slice(0, MAX_BATCH);
    for (const [key, { arrived }] of batch) {
      this.waiting.delete(key);
      this.underWay.set(key, arrived);
    }
    return batch;
  }

  private async run(batch: readonly [string, Waiting][]): Promise<void> {
    this.batches += 1;
    let failure: unknown;
    try {
      await this.fetch(batch.map(([, { wanted }]) => wanted));
    } catch (error) {
      failure = error;
    }
    this.batches -= 1;
    for (const [key, { settle }] of batch) {
      this.underWay.delete(key);
      settle(failure);
    }
    this.next();
  }
}
