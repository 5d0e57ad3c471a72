import type { LogProjection } from './entry-index.ports.js';
import { ProjectionPace } from './projection-pace.js';

/** What a step found when it began, and how long it took. */
interface Step {
  readonly atMs: number;
  readonly position: number;
  readonly logSize: number;
  readonly workMs: number;
}

/** Under a light load, rows are written this often at most: one transaction for many entries instead of one for each. */
const LEAST_REST_MS = 25;
/** With fewer entries than this to do, a step costs little, and all that there was is done after it. */
const MUCH = 256;

/** The projection, one step at a time, at a pace that leaves the processor to decisions while the log grows fast. */
export class PacedProjection {
  private readonly paces = new Map<string, ProjectionPace>();
  private readonly steps = new Map<string, Step>();

  constructor(private readonly projection: LogProjection) {}

  /** One step; how many milliseconds to rest before the next, undefined when the rows had reached the end of the log. */
  async step(tenantId: string): Promise<number | undefined> {
    const startedMs = performance.now();
    const found = await this.projection.progress(tenantId);
    const last = this.steps.get(tenantId);
    if (found.position < found.logSize) await this.projection.advance(tenantId);
    const workMs = performance.now() - startedMs;
    this.steps.set(tenantId, { ...found, atMs: startedMs, workMs });
    if (found.position >= found.logSize) return undefined;
    if (!last) return LEAST_REST_MS;
    const projected = found.position - last.position;
    const rest = this.pace(tenantId).restMs({
      workMs: last.workMs,
      projected,
      sinceMs: startedMs - last.atMs,
      grew: found.logSize - last.logSize,
    });
    // Steps of a few entries say nothing of how fast it could follow; and where nothing moved, somebody else is at work on it.
    const isMuch = found.logSize - found.position > MUCH;
    return isMuch && projected > 0 ? rest : LEAST_REST_MS;
  }

  /** Entries without a row, of the tenant that is furthest behind, as last seen. */
  maxLag(): number {
    return Math.max(0, ...[...this.steps.values()].map((at) => at.logSize - at.position));
  }

  private pace(tenantId: string): ProjectionPace {
    const pace = this.paces.get(tenantId) ?? new ProjectionPace();
    this.paces.set(tenantId, pace);
    return pace;
  }
}
