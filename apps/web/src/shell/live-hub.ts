/** What screens listen to. */
export type LiveTopic = 'requests' | 'grants' | 'log';

/** Something changed; without members: refetch, anything may have changed (reconnected, poll, own act). */
export interface LiveEvent {
  readonly id?: string;
  readonly version?: number;
  /** Entries in the log, for the topic `log`. */
  readonly size?: number;
}

export type LiveStatus =
  { readonly state: 'connecting' | 'live' } | { readonly state: 'lost'; readonly sinceMs: number };

/** The socket, seen from the hub. */
export interface LiveSource {
  /** Opens one subscription; the answer closes it. The source resumes it after a reconnect by itself. */
  open(topic: LiveTopic, next: (event: LiveEvent) => void): () => void;
  onConnection(listener: (connected: boolean) => void): () => void;
}

/** Clock and tab, so that tests hold both. */
export interface LiveSurroundings {
  now(): number;
  after(ms: number, run: () => void): () => void;
  isHidden(): boolean;
  onVisible(run: () => void): () => void;
}

export interface LiveHub {
  on(topic: LiveTopic, listener: (event: LiveEvent) => void): () => void;
  /** Tells listeners of a topic that this tab itself changed something. */
  nudge(topic: LiveTopic): void;
  status(): LiveStatus;
  onStatus(listener: () => void): () => void;
  /** Begins to watch socket and tab; the answer stops it. May be done again. */
  start(): () => void;
}

export const COALESCE_MS = 250;
export const POLL_MS = 15_000;

/**
 * Shares one socket between screens: a subscription per topic that somebody listens to, bursts joined into one event,
 * a hidden tab left alone until it is looked at, one refetch after a reconnect, and a poll while the socket is lost.
 */
export function createLiveHub(source: LiveSource, surroundings: LiveSurroundings): LiveHub {
  return new Hub(source, surroundings);
}

class Hub implements LiveHub {
  readonly #listeners = new Map<LiveTopic, Set<(event: LiveEvent) => void>>();
  readonly #open = new Map<LiveTopic, () => void>();
  readonly #pending = new Map<LiveTopic, LiveEvent>();
  readonly #statusListeners = new Set<() => void>();
  #status: LiveStatus = { state: 'connecting' };
  #cancelFlush: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  constructor(
    private readonly source: LiveSource,
    private readonly surroundings: LiveSurroundings,
  ) {}

  start(): () => void {
    const stops = [
      this.source.onConnection((connected) => this.#connection(connected)),
      this.surroundings.onVisible(() => this.#flushSoon()),
    ];
    return () => {
      stops.forEach((stop) => stop());
      this.#cancelFlush?.();
      this.#cancelPoll?.();
      this.#cancelFlush = this.#cancelPoll = undefined;
      this.#status = { state: 'connecting' };
    };
  }

  on(topic: LiveTopic, listener: (event: LiveEvent) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    if (!this.#open.has(topic)) {
      this.#open.set(
        topic,
        this.source.open(topic, (event) => this.#arrived(topic, event)),
      );
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#open.get(topic)?.();
      this.#open.delete(topic);
    };
  }

  nudge(topic: LiveTopic): void {
    this.#listeners.get(topic)?.forEach((listener) => listener({}));
  }

  status(): LiveStatus {
    return this.#status;
  }

  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  #arrived(topic: LiveTopic, event: LiveEvent): void {
    const size = Math.max(this.#pending.get(topic)?.size ?? 0, event.size ?? 0);
    this.#pending.set(topic, size > 0 ? { ...event, size } : event);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#cancelFlush !== undefined || this.#pending.size === 0) return;
    if (this.surroundings.isHidden()) return;
    this.#cancelFlush = this.surroundings.after(COALESCE_MS, () => {
      this.#cancelFlush = undefined;
      const events = [...this.#pending];
      this.#pending.clear();
      for (const [topic, event] of events) {
        this.#listeners.get(topic)?.forEach((listener) => listener(event));
      }
    });
  }

  #connection(connected: boolean): void {
    const before = this.#status;
    if (connected) {
      this.#cancelPoll?.();
      this.#cancelPoll = undefined;
      this.#setStatus({ state: 'live' });
      if (before.state === 'lost') this.#refetchAll();
    } else if (before.state !== 'lost') {
      this.#setStatus({ state: 'lost', sinceMs: this.surroundings.now() });
      this.#poll();
    }
  }

  #poll(): void {
    this.#cancelPoll = this.surroundings.after(POLL_MS, () => {
      this.#refetchAll();
      this.#poll();
    });
  }

  #refetchAll(): void {
    for (const topic of this.#listeners.keys()) this.#arrived(topic, {});
  }

  #setStatus(status: LiveStatus): void {
    this.#status = status;
    this.#statusListeners.forEach((listener) => listener());
  }
}
