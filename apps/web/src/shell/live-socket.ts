import { createClient, type Client } from 'graphql-ws';
import { serverNow } from '../clock.js';
import type { LiveEvent, LiveSource, LiveSurroundings, LiveTopic } from './live-hub.js';

/** Subscription of each topic; every event carries ids or a count, never the data. */
export const SUBSCRIPTIONS: Readonly<Record<LiveTopic, string>> = {
  requests: 'subscription RequestsChanged { accessRequestChanged { id version } }',
  grants: 'subscription GrantsChanged { grantChanged { id version } }',
  log: 'subscription LogGrew { logGrew { size } }',
};

/** The one graphql-transport-ws socket to the broker that served this page; it authenticates by the session cookie. */
export function createLiveSocket(address = socketAddress()): LiveSource {
  const listeners = new Set<(connected: boolean) => void>();
  const tell = (connected: boolean) => listeners.forEach((listener) => listener(connected));
  const client = createClient({
    url: address,
    lazyCloseTimeout: 3_000,
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (retries) =>
      wait(Math.min(15_000, 500 * 2 ** retries) * (0.7 + Math.random() * 0.6)),
    shouldRetry: () => true,
    on: {
      connected: () => tell(true),
      closed: (event) => {
        if (!isOrderly(event)) tell(false);
      },
    },
  });
  return {
    open: (topic, next) => subscribe(client, topic, next, () => tell(false)),
    onConnection: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The browser's clock and tab. */
export function browserSurroundings(): LiveSurroundings {
  return {
    now: serverNow,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    isHidden: () => document.visibilityState === 'hidden',
    onVisible: (run) => {
      document.addEventListener('visibilitychange', run);
      return () => document.removeEventListener('visibilitychange', run);
    },
  };
}

function subscribe(
  client: Client,
  topic: LiveTopic,
  next: (event: LiveEvent) => void,
  lost: () => void,
): () => void {
  return client.subscribe<Record<string, LiveEvent>>(
    { query: SUBSCRIPTIONS[topic] },
    {
      next: ({ data }) => {
        const event = data ? Object.values(data)[0] : undefined;
        if (event) next(event);
      },
      // A refused subscription leaves the poll to keep the screen true.
      error: lost,
      complete: () => undefined,
    },
  );
}

function isOrderly(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000;
}

function socketAddress(): string {
  const address = new URL('/graphql', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
