import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useNow } from '../clock.js';
import type { Grant, GrantFilter, Page as GrantPage } from '../graphql-types.js';
import { usePagedQuery } from '../paged-query.js';
import { LoadMore } from '../ui/load-more.js';
import { Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { GRANTS } from './documents.js';
import { EndGrant, type EndingAct } from './end-grant.js';
import { GrantRows } from './grant-rows.js';
import { stateNow } from './grant-state.js';
import { strings } from './strings.js';

/** `/grants`: who holds what, for how long still; and what is over. */
export function GrantList() {
  const { tab } = useSearch({ from: '/grants' });
  const state: GrantFilter = tab === 'ended' ? 'ENDED' : 'ACTIVE';
  const query = usePagedQuery(GRANTS, { state }, pickPage, ['grants']);
  const [ending, setEnding] = useState<{ readonly grant: Grant; readonly act: EndingAct }>();
  const now = useNow();
  const live = query.nodes.filter((grant) => stateNow(grant, now) === 'active').length;
  const headline =
    state === 'ENDED' ? strings.endedHeadline : strings.headline(live, query.hasMore);
  return (
    <Page title={strings.title} headline={query.data === undefined ? strings.title : headline}>
      <GrantTabs current={state} />
      <QueryView query={query}>
        {() => (
          <>
            <GrantRows
              grants={query.nodes}
              state={state}
              end={(grant, act) => setEnding({ grant, act })}
            />
            <LoadMore query={query} />
          </>
        )}
      </QueryView>
      {ending && (
        <EndGrant
          key={ending.grant.id}
          grant={ending.grant}
          act={ending.act}
          close={() => setEnding(undefined)}
        />
      )}
    </Page>
  );
}

function GrantTabs({ current }: { readonly current: GrantFilter }) {
  return (
    <nav aria-label={strings.tabs} className="sp-tabs">
      <Link
        to="/grants"
        search={{}}
        activeOptions={{ exact: true }}
        activeProps={{}}
        aria-current={current === 'ACTIVE' ? 'page' : undefined}
      >
        {strings.active}
      </Link>
      <Link
        to="/grants"
        search={{ tab: 'ended' }}
        activeProps={{}}
        aria-current={current === 'ENDED' ? 'page' : undefined}
      >
        {strings.ended}
      </Link>
    </nav>
  );
}

function pickPage(data: { readonly grants: GrantPage<Grant> }): GrantPage<Grant> {
  return data.grants;
}
