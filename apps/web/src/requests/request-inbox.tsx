import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useShortcut } from '../shell/shortcuts.js';
import { Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { RequestList, useRequests } from './request-list.js';
import { strings, TABS } from './strings.js';

/** The tab of a slug in the URL; the first tab for anything else. */
export function tabOf(slug: string | undefined): (typeof TABS)[number] {
  const [first] = TABS;
  const found = TABS.find((item) => item.slug === slug) ?? first;
  if (found === undefined) throw new Error('there are no tabs');
  return found;
}

/** `/requests`: what waits, what was asked, what was decided. */
export function RequestInbox({ slug }: { readonly slug: string | undefined }) {
  const { tab, slug: shown } = tabOf(slug);
  const query = useRequests(tab);
  const navigate = useNavigate();
  useShortcut('n', () => void navigate({ to: '/requests/new' }));
  const waiting = query.data?.accessRequests.waiting;
  return (
    <Page
      title={strings.title}
      headline={waiting === undefined ? strings.title : strings.headline(waiting)}
      actions={
        <Button component={Link} to="/requests/new" aria-keyshortcuts="n">
          {strings.ask}
        </Button>
      }
    >
      <RequestTabs current={shown} />
      <QueryView query={query}>
        {() => <RequestList query={query} tab={tab} slug={shown} />}
      </QueryView>
    </Page>
  );
}

/** Links that look like tabs: each is an address. */
export function RequestTabs({ current }: { readonly current: string }) {
  return (
    <nav aria-label={strings.tabs} className="sp-tabs">
      {TABS.map(({ slug, label }) => (
        <Link
          key={slug}
          to="/requests"
          search={{ tab: slug }}
          activeProps={{}}
          aria-current={slug === current ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
