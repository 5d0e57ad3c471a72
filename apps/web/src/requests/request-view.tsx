import { Alert, Button, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../act.js';
import { useNow } from '../clock.js';
import { useLiveQuery } from '../live-query.js';
import { notify } from '../shell/notify.js';
import { useSession } from '../shell/session-context.js';
import { useShortcut } from '../shell/shortcuts.js';
import { StateBadge } from '../ui/decision-badge.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { KnownContext } from '../ui/known-context.js';
import { Card, Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState, ProblemState } from '../ui/states.js';
import { TimeLeft } from '../ui/time-left.js';
import { When } from '../ui/when.js';
import { CANCEL, REQUEST, type RequestDetail } from './documents.js';
import { currentPreview, EffectCard, useEffectPreview } from './effect-card.js';
import { RequestList, useRequests } from './request-list.js';
import { tabOf } from './request-inbox.js';
import { RequestTimeline } from './request-timeline.js';
import { isEffectKnown, type ReviewDraft } from './review-rules.js';
import { ReviewForm } from './review-form.js';
import { RulesCard } from './rules-card.js';
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

function OneRequest({
  request,
  review,
}: {
  readonly request: RequestDetail;
  readonly review: RequestViewProps['review'];
}) {
  const [draft, setDraft] = useState<ReviewDraft>({
    verdict: review === 'approve' ? 'APPROVE' : 'DENY',
    duration: exactDuration(request.requestedDurationSeconds),
    reason: '',
    isUnknownAccepted: false,
  });
  const seconds = Math.min(
    parseDuration(draft.duration) ?? request.requestedDurationSeconds,
    request.requestedDurationSeconds,
  );
  const effect = useEffectPreview(request.id, seconds);
  const isExpired = useNow() >= new Date(request.deadlineAt).getTime();
  const change = (part: Partial<ReviewDraft>) => setDraft((before) => ({ ...before, ...part }));
  const isPending = request.state === 'pending';
  return (
    <Page
      title={`${request.requesterName}: ${request.role.id}`}
      headline={<Sentence request={request} />}
    >
      <Status request={request} />
      <div className="sp-cards">
        {isPending && <EffectCard query={effect} durationSeconds={seconds} />}
        <Card title={strings.knows}>
          <KnownContext context={request.requesterContext} />
        </Card>
        <RulesCard request={request} />
      </div>
      <RequestTimeline request={request} />
      {isExpired && request.state !== 'approved' && request.state !== 'denied' && (
        <Alert color="yellow" role="alert" mb="md">
          {strings.expiredOpen}
        </Alert>
      )}
      {isPending && !isExpired && request.whyNotReviewable !== null && (
        <NotReviewable request={request} />
      )}
      {isPending && request.whyNotReviewable === null && (
        <ReviewForm
          request={request}
          draft={draft}
          change={change}
          isEffectKnown={isEffectKnown(currentPreview(effect))}
          isExpired={isExpired}
          isAskedFor={review !== undefined}
        />
      )}
    </Page>
  );
}

function Sentence({ request }: { readonly request: RequestDetail }) {
  return (
    <>
      <b>{request.requesterName}</b> asks for <b>{request.role.id}</b> for{' '}
      <b>{exactDuration(request.requestedDurationSeconds)}</b>{' '}
      <span className="sp-because">
        {request.reason === '' ? strings.noReason : strings.because(request.reason)}
      </span>
    </>
  );
}

function Status({ request }: { readonly request: RequestDetail }) {
  const { grant } = request;
  return (
    <div className="sp-status">
      <StateBadge state={request.state} />
      <Text component="span">
        {strings.asked} <When at={request.createdAt} />
      </Text>
      {request.state === 'pending' && (
        <Text component="span">
          {strings.answerBy} <When at={request.deadlineAt} />
        </Text>
      )}
      {grant?.live === true && <TimeLeft startsAt={grant.startsAt} endsAt={grant.endsAt} />}
    </div>
  );
}

function NotReviewable({ request }: { readonly request: RequestDetail }) {
  const { me } = useSession();
  const act = useAct(CANCEL, CANCEL_TOPICS);
  const why = request.whyNotReviewable;
  const isOwn = request.requester === me.id || why?.code === 'self-review';
  const title = isOwn ? strings.ownRequest : strings.cannotReview;
  const cancel = async () => {
    if (await act.run({ id: request.id })) notify(strings.withdrawn);
  };
  return (
    <Alert color="blue" title={title}>
      {why !== null && why.message !== title && <Text mb="sm">{why.message}</Text>}
      {isOwn && (
        <Button
          size="xs"
          variant="outline"
          color="blue"
          loading={act.isBusy}
          onClick={() => void cancel()}
        >
          {strings.cancel}
        </Button>
      )}
      {act.problem && <ProblemState problem={act.problem} />}
    </Alert>
  );
}

const CANCEL_TOPICS = ['requests'] as const;
