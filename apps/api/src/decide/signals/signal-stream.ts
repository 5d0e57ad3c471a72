import { Readable } from 'node:stream';
import type { Pep } from '../../registers/facts.ports.js';

/** What waits for a reader beyond this has no reader. */
const MAX_WAITING_BYTES = 65_536;

/**
 * One enforcement point's view of what changes, as Server-Sent Events (HTML Living Standard §9.2). A reader that does not keep up is cut: it comes
 * back, and is told to forget everything.
 */
export class SignalStream extends Readable {
  private isOver = false;

  constructor(readonly pep: Pick<Pep, 'tenantId' | 'name'>) {
    super();
  }

  /** `version` is that of the facts which the event is of. */
  tell(event: 'ready' | 'reset' | 'change' | 'heartbeat', version: number, data: object): void {
    if (this.destroyed || this.isOver) return;
    if (this.readableLength > MAX_WAITING_BYTES) return void this.destroy();
    this.push(`event: ${event}\nid: ${version}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.push(null);
  }

  // Nothing to fetch: events come when they come.
  override _read(): void {}
}
