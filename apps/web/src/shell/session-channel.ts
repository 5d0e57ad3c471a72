/** What tabs of the same browser tell each other about the session. */
export type SessionNews = 'renewed' | 'signed-out';

const NAME = 'sallyport-session';

/** Tells other tabs. */
export function tellTabs(news: SessionNews): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(news);
  channel.close();
}

/** Hears other tabs; the answer stops listening. */
export function hearTabs(listener: (news: SessionNews) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (event.data === 'renewed' || event.data === 'signed-out') listener(event.data);
  };
  return () => channel.close();
}
