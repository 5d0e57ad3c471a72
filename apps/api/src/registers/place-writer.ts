import type { EntityRef } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import { messageOf, type ReportProblem } from './facts-problem.js';
import type { FactsSource } from './facts-source.ports.js';
import { refKey } from '@sallyport/policy';

interface Sighting {
  readonly subject: EntityRef;
  readonly place: Place;
}

const FLUSH_AFTER_MS = 200;
const RETRY_AFTER_MS = 2_000;

/** Writes places behind the decisions that saw them. Bounded: what does not fit is dropped, oldest first, and reported. */
export class PlaceWriter {
  private readonly waiting = new Map<string, Map<string, Sighting>>();
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly source: Pick<FactsSource, 'savePlaces'>,
    private readonly report: ReportProblem,
    private readonly capacity = 10_000,
  ) {}

  write(tenantId: string, subject: EntityRef, place: Place): void {
    this.enqueue(tenantId, { subject, place });
    this.schedule(FLUSH_AFTER_MS);
  }

  /** Writes what waits; never rejects. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.writeAll());
    return this.flushing;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.flush();
  }

  private async writeAll(): Promise<void> {
    for (const tenantId of [...this.waiting.keys()]) {
      const sightings = [...(this.waiting.get(tenantId)?.values() ?? [])];
      this.waiting.delete(tenantId);
      this.count -= sightings.length;
      try {
        await this.source.savePlaces(tenantId, sightings);
      } catch (error) {
        this.keepForLater(tenantId, sightings, error);
      }
    }
  }

  private keepForLater(tenantId: string, sightings: readonly Sighting[], error: unknown): void {
    if (this.isClosed) {
      const message = `${sightings.length} places were not written: ${messageOf(error)}`;
      return this.report({ kind: 'places-dropped', tenantId, message });
    }
    for (const sighting of sightings) {
      const isNewerWaiting = this.waiting.get(tenantId)?.has(refKey(sighting.subject));
      if (!isNewerWaiting) this.enqueue(tenantId, sighting);
    }
    this.schedule(RETRY_AFTER_MS);
  }

  private enqueue(tenantId: string, sighting: Sighting): void {
    const places = this.waiting.get(tenantId) ?? new Map<string, Sighting>();
    this.waiting.set(tenantId, places);
    const key = refKey(sighting.subject);
    if (!places.delete(key)) this.count += 1;
    places.set(key, sighting);
    if (this.count > this.capacity) this.dropOldest(tenantId, places);
  }

  private dropOldest(tenantId: string, places: Map<string, Sighting>): void {
    const [oldest] = places.keys();
    if (oldest === undefined) return;
    places.delete(oldest);
    this.count -= 1;
    this.report({ kind: 'places-dropped', tenantId, message: 'the queue of places is full' });
  }

  private schedule(afterMs: number): void {
    if (this.timer !== undefined || this.isClosed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, afterMs);
    this.timer.unref();
  }
}
