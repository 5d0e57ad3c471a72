import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient, type AnyVariables, type Client, type TypedDocumentNode } from 'urql';
import { serverNow } from './clock.js';
import { problemOf, type Problem } from './graphql.js';
import { useLiveHub } from './shell/live-context.js';
import type { LiveHub, LiveTopic } from './shell/live-hub.js';

/** What a screen knows of its data. Data stays when a later refresh fails: then both `data` and `problem` are set. */
export interface LiveData<Data> {
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly isFetching: boolean;
  /** The broker's time when `data` was loaded. */
  readonly loadedAtMs: number | undefined;
}

export interface LiveQuery<Data> extends LiveData<Data> {
  readonly refetch: () => void;
}

/** One query, kept true by events of its topics; what the cache already holds is shown at once. */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  topics: readonly LiveTopic[] = [],
): LiveQuery<Data> {
  const client = useClient();
  const hub = useLiveHub();
  const key = JSON.stringify(variables);
  const store = useMemo(
    () => createQueryStore(client, query, JSON.parse(key) as Variables),
    [client, query, key],
  );
  const topicList = topics.join(' ');
  useEffect(() => listen(hub, topicList, store), [hub, topicList, store]);
  const state = useSyncExternalStore(store.subscribe, store.state);
  return { ...state, refetch: store.refetch };
}

interface QueryStore<Data> {
  readonly state: () => LiveData<Data>;
  readonly subscribe: (changed: () => void) => () => void;
  readonly refetch: () => void;
}

function createQueryStore<Data, Variables extends AnyVariables>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): QueryStore<Data> {
  const cached = client.readQuery(query, variables)?.data;
  let state: LiveData<Data> = {
    data: cached,
    problem: undefined,
    isFetching: true,
    loadedAtMs: undefined,
  };
  let run = 0;
  const listeners = new Set<() => void>();
  const set = (next: LiveData<Data>) => {
    state = next;
    listeners.forEach((listener) => listener());
  };
  const refetch = async () => {
    const mine = ++run;
    set({ ...state, isFetching: true });
    const { data, error } = await client
      .query(query, variables, { requestPolicy: 'network-only' })
      .toPromise();
    if (mine !== run) return;
    if (error || data === undefined) {
      const problem = error
        ? problemOf(error)
        : { kind: 'failed' as const, message: 'The broker sent no data.' };
      set({ ...state, problem, isFetching: false });
    } else set({ data, problem: undefined, isFetching: false, loadedAtMs: serverNow() });
  };
  return {
    state: () => state,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    refetch: () => void refetch(),
  };
}

function listen(hub: LiveHub, topics: string, store: QueryStore<unknown>): () => void {
  store.refetch();
  const stops = topics
    .split(' ')
    .filter((topic): topic is LiveTopic => topic !== '')
    .map((topic) => hub.on(topic, () => store.refetch()));
  return () => stops.forEach((stop) => stop());
}
