import { Alert, Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNow } from '../clock.js';
import type { LiveQuery } from '../live-query.js';
import { formatRelative } from './durations.js';
import { LoadingState, ProblemState } from './states.js';
import { strings } from './strings.js';

interface QueryViewProps<Data> {
  readonly query: LiveQuery<Data>;
  readonly skeletonRows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** The states of a screen: loading, failed or forbidden without data, data, and data that could not be refreshed. */
export function QueryView<Data>({ query, skeletonRows = 4, children }: QueryViewProps<Data>) {
  const { data, problem } = query;
  if (data === undefined) {
    return problem ? (
      <ProblemState problem={problem} retry={query.refetch} />
    ) : (
      <LoadingState rows={skeletonRows} />
    );
  }
  return (
    <>
      {problem && <StaleBanner query={query} message={problem.message} />}
      {children(data)}
    </>
  );
}

function StaleBanner({
  query,
  message,
}: {
  readonly query: LiveQuery<unknown>;
  readonly message: string;
}) {
  const now = useNow(5_000);
  const age = query.loadedAtMs === undefined ? 'before' : formatRelative(query.loadedAtMs - now);
  return (
    <Alert color="yellow" role="status" mb="md">
      <Group justify="space-between">
        <span>{strings.stale(age, message)}</span>
        <Button size="xs" variant="outline" color="yellow" onClick={query.refetch}>
          {strings.retry}
        </Button>
      </Group>
    </Alert>
  );
}
