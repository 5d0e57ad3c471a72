import type { LogProjection, ProjectionProgress } from './entry-index.ports.js';
import { ProjectionPace } from './projection-pace.js';

/** What a projection found when it looked at the log. */
interface Look extends ProjectionProgress {
  readonly atMs: number;
}

/** A look, with how much was projected at most after it, and how long both took. */
interface Step extends Look {
  readonly maxBytes: number;
  readonly workMs: number;
}

/** What to do after a look. */
interface Turn {
  readonly maxBytes: number;
  /** Undefined when there is nothing to do. */
  readonly restMs: number | undefined;
}

/** Under a light load, rows are written this often at most: one transaction for many entries instead of one for each. */
const LEAST_REST_MS = 25;
/** With fewer entries than this to do, a step costs little. */
const MUCH = 256;
/**
 * How much of the log a step takes beside one that grows fast, some ten milliseconds of work: decisions that fall into a step wait for
 * it, so at the same share of the processor short steps cost them less than long ones. It doubles with each step of a calmer log.
 */
const LEAST_STEP_BYTES = 64 * 1024;
const MOST_STEP_BYTES = 1024 * 1024;

/** The projection, one step at a time, at a pace that leaves the processor to decisions while the log grows fast. */
export class PacedProjection {
  private readonly paces = new Map<string, ProjectionPace>();
  private readonly steps = new Map<string, Step>();

  constructor(private readonly projection: LogProjection) {}

  /** One step; how many milliseconds to rest before the next, undefined when the rows had reached the end of the log. */
  async step(tenantId: string): Promise<number | undefined> {
    const atMs = performance.now();
    let step: (Look & Turn) | undefined;
    await this.projection.advance(tenantId, (progress) => {
      const found = { ...progress, atMs };
      step = { ...found, ...this.turn(tenantId, found) };
      return step.restMs === undefined ? undefined : step.maxBytes;
    });
    if (step) this.steps.set(tenantId, { ...step, workMs: performance.now() - atMs });
    return step?.restMs;
  }

  /** Entries without a row, of the tenant that is furthest behind, as last seen. */
  maxLag(): number {
    return Math.max(0, ...[...this.steps.values()].map((at) => at.logSize - at.position));
  }

  private turn(tenantId: string, found: Look): Turn {
    const last = this.steps.get(tenantId);
    const lag = found.logSize - found.position;
    if (lag <= 0) return { maxBytes: last?.maxBytes ?? LEAST_STEP_BYTES, restMs: undefined };
    if (!last) return { maxBytes: LEAST_STEP_BYTES, restMs: LEAST_REST_MS };
    const projected = found.position - last.position;
    const busyRestMs = this.pace(tenantId).restMs({
      workMs: last.workMs,
      projected,
      sinceMs: found.atMs - last.atMs,
      grew: found.logSize - last.logSize,
    });
    return {
      maxBytes: busyRestMs > 0 ? LEAST_STEP_BYTES : Math.min(MOST_STEP_BYTES, 2 * last.maxBytes),
      // Steps of a few entries say nothing of how fast it could follow; and where nothing moved, somebody else is at work on it.
      restMs: lag > MUCH && projected > 0 ? busyRestMs : LEAST_REST_MS,
    };
  }

  private pace(tenantId: string): ProjectionPace {
    const pace = this.paces.get(tenantId) ?? new ProjectionPace();
    this.paces.set(tenantId, pace);
    return pace;
  }
}
