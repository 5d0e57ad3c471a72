import { Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { usePagedQuery, type PagedQuery } from '../paged-query.js';
import type { Page, RequestTab } from '../graphql-types.js';
import { useShortcut } from '../shell/shortcuts.js';
import { StateBadge } from '../ui/decision-badge.js';
import { exactDuration } from '../ui/durations.js';
import { rememberOpened } from '../ui/focus-return.js';
import { useListKeys } from '../ui/list-keys.js';
import { LoadMore } from '../ui/load-more.js';
import { EmptyState } from '../ui/states.js';
import { When } from '../ui/when.js';
import { REQUESTS, type RequestRow } from './documents.js';
import { strings } from './strings.js';

interface RequestPage {
  readonly accessRequests: Page<RequestRow> & { readonly waiting: number };
}

export type RequestsQuery = PagedQuery<RequestPage, RequestRow>;

/** The requests of a tab, kept true. */
export function useRequests(tab: RequestTab): RequestsQuery {
  return usePagedQuery(REQUESTS, { tab }, pickPage, ['requests']);
}

interface RequestListProps {
  readonly query: RequestsQuery;
  readonly tab: RequestTab;
  readonly slug: string;
  /** The request that is open beside the list. */
  readonly openId?: string;
}

/** The queue: one row per request, the sentence first. */
export function RequestList({ query, tab, slug, openId }: RequestListProps) {
  const list = useRef<HTMLUListElement>(null);
  useListKeys(
    list,
    openId === undefined ? '/requests' : undefined,
    query.nodes.map((node) => node.id),
  );
  if (query.nodes.length === 0) return <EmptyState>{strings.empty[tab]}</EmptyState>;
  return (
    <>
      <ul className="sp-rows" aria-label={strings.list} ref={list}>
        {query.nodes.map((request) => (
          <Row key={request.id} request={request} slug={slug} isOpen={request.id === openId} />
        ))}
      </ul>
      <LoadMore query={query} />
      {openId === undefined && <ReviewKeys slug={slug} />}
    </>
  );
}

function Row({
  request,
  slug,
  isOpen,
}: {
  readonly request: RequestRow;
  readonly slug: string;
  readonly isOpen: boolean;
}) {
  return (
    <li className="sp-row" data-open={isOpen || undefined}>
      <Link
        to="/requests/$id"
        params={{ id: request.id }}
        search={{ tab: slug }}
        data-row-id={request.id}
        className="sp-row-link"
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => rememberOpened('/requests', request.id)}
      >
        {strings.asks(
          request.requesterName,
          request.role.id,
          exactDuration(request.requestedDurationSeconds),
        )}
      </Link>
      <p className="sp-row-why">
        {request.reason === '' ? strings.noReason : strings.because(request.reason)}
      </p>
      <Meta request={request} />
    </li>
  );
}

function Meta({ request }: { readonly request: RequestRow }) {
  const given = request.reviews.filter((review) => review.verdict === 'APPROVE').length;
  const isPending = request.state === 'pending';
  return (
    <div className="sp-row-meta">
      <StateBadge state={request.state} />
      <span>
        {strings.asked} <When at={request.createdAt} isQuiet />
      </span>
      {isPending && (
        <span>
          {strings.answerBy} <When at={request.deadlineAt} isQuiet />
        </span>
      )}
      {isPending && <span>{strings.approvals(given, request.approvalsNeeded)}</span>}
    </div>
  );
}

/** `a` and `d` open the focused request with that answer chosen; nothing is sent. */
function ReviewKeys({ slug }: { readonly slug: string }) {
  const navigate = useNavigate();
  const open = (review: 'approve' | 'deny') => {
    const id = document.activeElement?.getAttribute('data-row-id');
    if (id) void navigate({ to: '/requests/$id', params: { id }, search: { tab: slug, review } });
  };
  useShortcut('a', () => open('approve'));
  useShortcut('d', () => open('deny'));
  return null;
}

function pickPage(data: RequestPage): Page<RequestRow> {
  return data.accessRequests;
}
