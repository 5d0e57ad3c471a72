/** One step of a projection, and what the log did meanwhile. */
export interface PacedStep {
  /** How long the step took. */
  readonly workMs: number;
  /** Entries that it projected. */
  readonly projected: number;
  /** Time since the last look at the log. */
  readonly sinceMs: number;
  /** Entries that the log grew by in that time. */
  readonly grew: number;
}

/** The log grows so fast that following it would take more than this share of the projection's whole time. */
const BUSY_SHARE = 0.25;
/** What it takes of its time then: decisions come first. */
const BUSY_DUTY = 0.05;
const MAX_REST_MS = 5_000;
/** Weight of the newest look: growth comes in bursts of segments. */
const NEWEST = 0.3;

/**
 * How fast search rows follow the log. A row costs several times what logging its entry did, so at the peak the rows must
 * wait and let the decisions have the processor; when the log is calm again they catch up at full speed.
 */
export class ProjectionPace {
  private growthPerMs = 0;

  /** How long to rest after this step. */
  restMs({ workMs, projected, sinceMs, grew }: PacedStep): number {
    const growth = sinceMs > 0 ? grew / sinceMs : 0;
    this.growthPerMs += NEWEST * (growth - this.growthPerMs);
    const share = projected > 0 ? (this.growthPerMs * workMs) / projected : 0;
    return share > BUSY_SHARE ? Math.min(MAX_REST_MS, workMs * (1 / BUSY_DUTY - 1)) : 0;
  }
}
