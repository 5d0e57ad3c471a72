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

/** One query, kept true by events of its topics; what the cache already holds is shown at once. Paused, it asks nothing. */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  topics: readonly LiveTopic[] = [],
  isPaused = false,
): LiveQuery<Data> {
  const client = useClient();
  const hub = useLiveHub();
  const key = JSON.stringify(variables);
  const store = useMemo(
    () => new QueryStore(client, query, JSON.parse(key) as Variables),
    [client, query, key],
  );
  const topicList = topics.join(' ');
  useEffect(
    () => (isPaused ? undefined : listen(hub, topicList, store)),
    [hub, topicList, store, isPaused],
  );
  const state = useSyncExternalStore(store.subscribe, store.state);
  return { ...state, refetch: store.refetch };
}

class QueryStore<Data, Variables extends AnyVariables> {
  readonly #listeners = new Set<() => void>();
  #state: LiveData<Data>;
  #run = 0;

  constructor(
    private readonly client: Client,
    private readonly query: TypedDocumentNode<Data, Variables>,
    private readonly variables: Variables,
  ) {
    const data = client.readQuery(query, variables)?.data;
    this.#state = { data, problem: undefined, isFetching: true, loadedAtMs: undefined };
  }

  readonly state = (): LiveData<Data> => this.#state;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  readonly refetch = (): void => void this.#fetch();

  async #fetch(): Promise<void> {
    const mine = ++this.#run;
    this.#set({ ...this.#state, isFetching: true });
    const { data, error } = await this.client
      .query(this.query, this.variables, { requestPolicy: 'network-only' })
      .toPromise();
    // A later run knows better.
    if (mine !== this.#run) return;
    if (data !== undefined && !error) {
      this.#set({ data, problem: undefined, isFetching: false, loadedAtMs: serverNow() });
      return;
    }
    const problem = error ? problemOf(error) : NO_DATA;
    this.#set({ ...this.#state, problem, isFetching: false });
  }

  #set(state: LiveData<Data>): void {
    this.#state = state;
    this.#listeners.forEach((listener) => listener());
  }
}

const NO_DATA: Problem = { kind: 'failed', message: 'The broker sent no data.' };

function listen(hub: LiveHub, topics: string, store: { readonly refetch: () => void }): () => void {
  store.refetch();
  const stops = topics
    .split(' ')
    .filter((topic): topic is LiveTopic => topic !== '')
    .map((topic) => hub.on(topic, () => store.refetch()));
  return () => stops.forEach((stop) => stop());
}
