import { createContext, useContext, useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { LiveEvent, LiveHub, LiveStatus, LiveTopic } from './live-hub.js';

export const LiveContext = createContext<LiveHub | undefined>(undefined);

/** The hub of this session. Throws outside the signed-in part. */
export function useLiveHub(): LiveHub {
  const hub = useContext(LiveContext);
  if (hub === undefined) throw new Error('live updates exist only when signed in');
  return hub;
}

/** Calls `listener` for every event of the topic while the component is mounted. */
export function useLive(topic: LiveTopic, listener: (event: LiveEvent) => void): void {
  const hub = useLiveHub();
  const onEvent = useEffectEvent(listener);
  useEffect(() => hub.on(topic, (event) => onEvent(event)), [hub, topic]);
}

/** Whether live updates arrive, and since when not. */
export function useLiveStatus(): LiveStatus {
  const hub = useLiveHub();
  return useSyncExternalStore(
    (changed) => hub.onStatus(changed),
    () => hub.status(),
  );
}
