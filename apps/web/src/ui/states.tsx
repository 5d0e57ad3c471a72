import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { Problem } from '../graphql.js';
import { IdChip } from './copy-button.js';
import { strings } from './strings.js';

/** What would be here, and the next step. */
export function EmptyState({
  children,
  next,
}: {
  readonly children: ReactNode;
  readonly next?: ReactNode;
}) {
  return (
    <div className="sp-empty">
      <Text>{children}</Text>
      {next}
    </div>
  );
}

/** What failed, an id to quote, and a way to retry; or, when the role is missing, which and who can give it. */
export function ProblemState({
  problem,
  retry,
}: {
  readonly problem: Problem;
  readonly retry?: () => void;
}) {
  const isForbidden = problem.kind === 'forbidden';
  if (problem.kind === 'not-found') return <EmptyState>{strings.notFound}</EmptyState>;
  return (
    <Alert
      role="alert"
      color={isForbidden ? 'yellow' : 'red'}
      title={isForbidden ? strings.forbiddenTitle : strings.failedTitle}
    >
      <Stack gap="xs" align="flex-start">
        <span>{problem.message}</span>
        {isForbidden && <span>{strings.forbiddenHelp}</span>}
        {problem.traceId !== undefined && (
          <span>
            {strings.trace} <IdChip id={problem.traceId} what="trace id" />
          </span>
        )}
        {retry !== undefined && !isForbidden && (
          <Button size="xs" variant="outline" color="red" onClick={retry}>
            {strings.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Grey lines in the place of the content, but only once loading takes longer than 150 ms. */
export function LoadingState({ rows = 4 }: { readonly rows?: number }) {
  const isSlow = useIsSlow(150);
  return (
    <div aria-busy="true" className="sp-loading">
      {isSlow && (
        <>
          <span className="sp-visually-hidden">{strings.loading}</span>
          {Array.from({ length: rows }, (_, row) => (
            <Skeleton key={row} height={row === 0 ? 28 : 52} mb="sm" aria-hidden="true" />
          ))}
        </>
      )}
    </div>
  );
}

function useIsSlow(ms: number): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isSlow;
}
