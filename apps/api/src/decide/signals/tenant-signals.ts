import { signalOf, type Signal } from './signal.js';
import type { FactChange } from '../../registers/facts.ports.js';
import type { SignalStream } from './signal-stream.js';

/** As many changes are remembered for whoever comes back. */
const MAX_REMEMBERED = 1_000;
/** More changes than this in one turn are told as one: forget everything. */
const MAX_TOGETHER = 100;

interface Told {
  readonly version: number;
  readonly signal: Signal;
}

/** What changes in one tenant, and who is told. The changes of one turn are told together. */
export class TenantSignals {
  readonly streams = new Set<SignalStream>();
  private remembered: Told[] = [];
  private waiting: Signal[] = [];
  private isFlushing = false;

  /** Everything after version `floor` is remembered. */
  constructor(
    private floor: number,
    private readonly versionNow: () => number,
  ) {}

  add(change: FactChange): void {
    const signal = signalOf(change);
    if (!signal) return;
    this.waiting.push(signal);
    if (this.isFlushing) return;
    this.isFlushing = true;
    setImmediate(() => this.flush());
  }

  /** Tells a stream what it missed since the version that it has seen, or to forget everything. */
  join(stream: SignalStream, seen: number | undefined): void {
    this.streams.add(stream);
    const isKnown = seen !== undefined && seen > this.floor;
    stream.tell(isKnown ? 'ready' : 'reset', this.versionNow(), {});
    if (!isKnown) return;
    // INVARIANT: what it has seen of that version may not have been all of it; told twice does no harm.
    for (const { version, signal } of this.remembered)
      if (version >= seen) this.tell(stream, signal, version);
  }

  private flush(): void {
    this.isFlushing = false;
    const signals = this.waiting;
    this.waiting = [];
    const version = this.versionNow();
    if (signals.length > MAX_TOGETHER) {
      this.remembered = [];
      this.floor = version;
      for (const stream of this.streams) stream.tell('reset', version, {});
    } else {
      for (const signal of signals) this.remember({ version, signal });
      for (const stream of this.streams)
        for (const signal of signals) this.tell(stream, signal, version);
    }
    this.endOvertaken(signals);
  }

  /** Which enforcement points there are is nobody's business but their own. */
  private tell(stream: SignalStream, signal: Signal, version: number): void {
    if (signal.kind === 'pep' && signal.id !== stream.pep.name) return;
    stream.tell('change', version, signal);
  }

  /** Whoever's credential may have gone has to show it again. */
  private endOvertaken(signals: readonly Signal[]): void {
    const isAnybody = signals.some(({ kind }) => kind === 'tenant');
    const names = new Set(signals.flatMap(({ kind, id }) => (kind === 'pep' ? [id] : [])));
    for (const stream of this.streams) if (isAnybody || names.has(stream.pep.name)) stream.finish();
  }

  private remember(told: Told): void {
    this.remembered.push(told);
    if (this.remembered.length <= MAX_REMEMBERED) return;
    // A version of which a part was forgotten is one that nobody can come back to.
    const forgotten = this.remembered.splice(0, MAX_REMEMBERED / 2);
    this.floor = forgotten.at(-1)?.version ?? this.floor;
  }
}
