import { createClient, type Client } from 'graphql-ws';
import { serverNow } from '../clock.js';
import type { LiveEvent, LiveSource, LiveSurroundings, LiveTopic } from './live-hub.js';

/** Subscription of each topic; every event carries ids or a count, never the data. */
export const SUBSCRIPTIONS: Readonly<Record<LiveTopic, string>> = {
  requests: 'subscription RequestsChanged { accessRequestChanged { id version } }',
  grants: 'subscription GrantsChanged { grantChanged { id version } }',
  log: 'subscription LogGrew { logGrew { size } }',
};

const RESUBSCRIBE_MS = 15_000;
/** Close codes with which the broker ends the socket of a session that is over. */
const SESSION_OVER = [4401, 4403];

/**
 * The one graphql-transport-ws socket to the broker that served this page; it authenticates by the session cookie.
 * `onSessionOver` is called when the broker closed it because the session ended.
 */
export function createLiveSocket(onSessionOver: () => void, address = socketAddress()): LiveSource {
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
        const code = event instanceof CloseEvent ? event.code : undefined;
        if (code !== 1000) tell(false);
        if (code !== undefined && SESSION_OVER.includes(code)) onSessionOver();
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
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stop = client.subscribe<Record<string, LiveEvent>>(
      { query: SUBSCRIPTIONS[topic] },
      {
        next: ({ data }) => {
          const event = data ? Object.values(data)[0] : undefined;
          if (event) next(event);
        },
        // The client gave up, or the subscription was refused: the poll keeps the screen true until it is taken again.
        error: () => {
          lost();
          timer = setTimeout(open, RESUBSCRIBE_MS);
        },
        complete: () => undefined,
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    stop?.();
  };
}

function socketAddress(): string {
  const address = new URL('/graphql', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
