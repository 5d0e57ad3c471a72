import { useCallback, useState } from 'react';
import { useClient, type TypedDocumentNode } from 'urql';
import { problemOf, type Problem } from './graphql.js';
import type { Page } from './graphql-types.js';
import { useLiveQuery, type LiveQuery } from './live-query.js';
import type { LiveTopic } from './shell/live-hub.js';

export const PAGE_SIZE = 50;

/** Variables that every keyset-paged document takes. */
export interface PageVariables {
  readonly first: number;
  readonly after: string | null;
}

export interface PagedQuery<Data, Node> extends LiveQuery<Data> {
  /** Nodes of all pages loaded so far. */
  readonly nodes: readonly Node[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly moreProblem: Problem | undefined;
  readonly loadMore: () => void;
}

interface LaterPages<Node> {
  /** Cursor of the first page that these pages continue, with the variables they belong to. */
  readonly base: string;
  readonly pages: readonly Page<Node>[];
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
}

/** A keyset-paged list: the first page is live, later pages are appended on demand and dropped when they no
 * longer continue the first. */
export function usePagedQuery<Data, Node, Variables extends object>(
  query: TypedDocumentNode<Data, Variables & PageVariables>,
  variables: Variables,
  pick: (data: Data) => Page<Node>,
  topics: readonly LiveTopic[] = [],
): PagedQuery<Data, Node> {
  const client = useClient();
  const first = useLiveQuery(query, { ...variables, first: PAGE_SIZE, after: null }, topics);
  const firstPage = first.data === undefined ? undefined : pick(first.data);
  const base = JSON.stringify([variables, firstPage?.nextCursor ?? null]);
  const none: LaterPages<Node> = { base, pages: [], isLoading: false, problem: undefined };
  const [kept, setKept] = useState<LaterPages<Node>>(none);
  const later = kept.base === base ? kept : none;
  const pages = firstPage === undefined ? [] : [firstPage, ...later.pages];
  const cursor = pages.at(-1)?.nextCursor ?? null;
  const loadMore = useCallback(async () => {
    if (cursor === null || later.isLoading) return;
    setKept({ ...later, isLoading: true, problem: undefined });
    const answer = await client
      .query(
        query,
        { ...variables, first: PAGE_SIZE, after: cursor },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    const page = answer.data === undefined ? [] : [pick(answer.data)];
    const problem = answer.error ? problemOf(answer.error) : undefined;
    setKept({ ...later, pages: [...later.pages, ...page], isLoading: false, problem });
  }, [client, query, variables, pick, cursor, later]);
  return {
    ...first,
    nodes: pages.flatMap((page) => page.nodes),
    hasMore: cursor !== null,
    isLoadingMore: later.isLoading,
    moreProblem: later.problem,
    loadMore: () => void loadMore(),
  };
}
