import { describe, expect, it } from '@jest/globals';
import {
  COALESCE_MS,
  createLiveHub,
  POLL_MS,
  type LiveEvent,
  type LiveSource,
  type LiveTopic,
} from './live-hub.js';

describe('live hub', () => {
  it('opens one subscription per topic, however many screens listen, and closes it after the last', () => {
    const { hub, source } = setUp();
    const first = hub.on('requests', () => undefined);
    const second = hub.on('requests', () => undefined);
    expect(source.opened).toEqual(['requests']);
    first();
    expect(source.closed).toEqual([]);
    second();
    expect(source.closed).toEqual(['requests']);
  });

  it('joins a burst of events into one, with the largest size', () => {
    const { hub, source, clock } = setUp();
    const heard: LiveEvent[] = [];
    hub.on('log', (event) => heard.push(event));
    source.send('log', { size: 5 });
    source.send('log', { size: 9 });
    source.send('log', { size: 7 });
    expect(heard).toEqual([]);
    clock.pass(COALESCE_MS);
    expect(heard).toEqual([{ size: 9 }]);
  });

  it('keeps events from a hidden tab until it is looked at', () => {
    const { hub, source, clock, tab } = setUp();
    const heard: LiveEvent[] = [];
    hub.on('grants', (event) => heard.push(event));
    tab.isHidden = true;
    source.send('grants', { id: 'a', version: 1 });
    clock.pass(10_000);
    expect(heard).toEqual([]);
    tab.show();
    clock.pass(COALESCE_MS);
    expect(heard).toHaveLength(1);
  });

  it('polls while the socket is lost, and refetches once when it is back', () => {
    const { hub, source, clock } = setUp();
    let count = 0;
    hub.on('requests', () => (count += 1));
    source.connect(true);
    expect(hub.status()).toEqual({ state: 'live' });
    source.connect(false);
    expect(hub.status()).toEqual({ state: 'lost', sinceMs: 0 });
    clock.pass(POLL_MS + COALESCE_MS);
    expect(count).toBe(1);
    clock.pass(POLL_MS);
    expect(count).toBe(2);
    source.connect(true);
    clock.pass(COALESCE_MS);
    expect(count).toBe(3);
    clock.pass(10 * POLL_MS);
    expect(count).toBe(3);
  });

  it('tells listeners of this tab’s own acts at once', () => {
    const { hub } = setUp();
    let count = 0;
    hub.on('requests', () => (count += 1));
    hub.nudge('requests');
    hub.nudge('grants');
    expect(count).toBe(1);
  });

  it('can be stopped and started again', () => {
    const { hub, source, clock, stop } = setUp();
    let count = 0;
    hub.on('requests', () => (count += 1));
    source.connect(false);
    stop();
    clock.pass(10 * POLL_MS);
    expect(count).toBe(0);
    hub.start();
    source.connect(true);
    expect(hub.status()).toEqual({ state: 'live' });
  });
});

function setUp() {
  const source = new FakeSource();
  const clock = new FakeClock();
  const tab = { isHidden: false, show: (): void => undefined };
  const hub = createLiveHub(source, {
    now: () => clock.nowMs,
    after: (ms, run) => clock.after(ms, run),
    isHidden: () => tab.isHidden,
    onVisible: (run) => {
      tab.show = () => {
        tab.isHidden = false;
        run();
      };
      return () => undefined;
    },
  });
  return { hub, source, clock, tab, stop: hub.start() };
}

class FakeSource implements LiveSource {
  readonly opened: LiveTopic[] = [];
  readonly closed: LiveTopic[] = [];
  readonly #next = new Map<LiveTopic, (event: LiveEvent) => void>();
  readonly #connection = new Set<(connected: boolean) => void>();

  open(topic: LiveTopic, next: (event: LiveEvent) => void): () => void {
    this.opened.push(topic);
    this.#next.set(topic, next);
    return () => this.closed.push(topic);
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#connection.add(listener);
    return () => this.#connection.delete(listener);
  }

  send(topic: LiveTopic, event: LiveEvent): void {
    this.#next.get(topic)?.(event);
  }

  connect(connected: boolean): void {
    this.#connection.forEach((listener) => listener(connected));
  }
}

class FakeClock {
  nowMs = 0;
  #timers: { atMs: number; run: () => void }[] = [];

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((item) => item !== timer);
    };
  }

  pass(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.atMs <= until)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = until;
  }
}
