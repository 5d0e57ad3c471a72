import { Link, useNavigate } from '@tanstack/react-router';
import { useLiveQuery } from '../live-query.js';
import { useShortcut } from '../shell/shortcuts.js';
import { Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState } from '../ui/states.js';
import { REQUEST } from './documents.js';
import { OneRequest } from './one-request.js';
import { tabOf } from './request-inbox.js';
import { RequestList, useRequests } from './request-list.js';
import { strings } from './strings.js';

interface RequestViewProps {
  readonly id: string;
  readonly slug: string | undefined;
  /** An answer chosen by key in the list. */
  readonly review: 'approve' | 'deny' | undefined;
}

/** `/requests/$id`: the queue on the left where there is room, the request on the right. */
export function RequestView({ id, slug, review }: RequestViewProps) {
  const { tab, slug: shown } = tabOf(slug);
  const queue = useRequests(tab);
  const query = useLiveQuery(REQUEST, { id }, ['requests', 'grants']);
  const navigate = useNavigate();
  useShortcut('Escape', () => void navigate({ to: '/requests', search: { tab: shown } }));
  return (
    <div className="sp-split">
      <aside className="sp-queue" aria-label={strings.list}>
        <QueryView query={queue}>
          {() => <RequestList query={queue} tab={tab} slug={shown} openId={id} />}
        </QueryView>
      </aside>
      <div>
        <Link to="/requests" search={{ tab: shown }} className="sp-back" aria-keyshortcuts="Escape">
          ← {strings.back}
        </Link>
        <QueryView query={query}>
          {({ accessRequest }) =>
            accessRequest === null ? (
              <Page title={strings.title} headline={strings.title}>
                <EmptyState>{strings.notFound}</EmptyState>
              </Page>
            ) : (
              <OneRequest key={accessRequest.id} request={accessRequest} review={review} />
            )
          }
        </QueryView>
      </div>
    </div>
  );
}
