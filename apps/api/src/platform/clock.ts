/** The only source of time in the api; tests put a fake in its place. Milliseconds since the epoch, UTC. */
export abstract class Clock {
  abstract nowMs(): number;
}

export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }
}
