import { useCallback, useState } from 'react';
import { useClient, type AnyVariables, type TypedDocumentNode } from 'urql';
import { problemOf, type Problem } from './graphql.js';
import { useLiveHub } from './shell/live-context.js';
import type { LiveTopic } from './shell/live-hub.js';

export interface Act<Data, Variables> {
  /** Sends the mutation; undefined when it failed, and `problem` says why. */
  readonly run: (variables: Variables) => Promise<Data | undefined>;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
}

/** A mutation that waits for the broker: nothing is shown as done before it answered. Then screens of the topics refetch. */
export function useAct<Data, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
  topics: readonly LiveTopic[],
): Act<Data, Variables> {
  const client = useClient();
  const hub = useLiveHub();
  const [state, setState] = useState<{ isBusy: boolean; problem: Problem | undefined }>({
    isBusy: false,
    problem: undefined,
  });
  const run = useCallback(
    async (variables: Variables) => {
      setState({ isBusy: true, problem: undefined });
      const { data, error } = await client.mutation(mutation, variables).toPromise();
      setState({ isBusy: false, problem: error ? problemOf(error) : undefined });
      topics.forEach((topic) => hub.nudge(topic));
      return error ? undefined : data;
    },
    [client, hub, mutation, topics],
  );
  return { run, ...state };
}
