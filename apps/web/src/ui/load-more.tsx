import { Button } from '@mantine/core';
import type { PagedQuery } from '../paged-query.js';
import { ProblemState } from './states.js';
import { strings } from './strings.js';

/** The next page, when there is one. */
export function LoadMore({
  query,
}: {
  readonly query: Pick<
    PagedQuery<unknown, unknown>,
    'hasMore' | 'isLoadingMore' | 'moreProblem' | 'loadMore'
  >;
}) {
  if (!query.hasMore) return null;
  return (
    <div className="sp-load-more">
      {query.moreProblem && <ProblemState problem={query.moreProblem} />}
      <Button variant="default" onClick={query.loadMore} loading={query.isLoadingMore}>
        {strings.loadMore}
      </Button>
    </div>
  );
}
