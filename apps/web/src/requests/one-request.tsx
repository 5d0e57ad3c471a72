import { Alert, Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../act.js';
import { useNow } from '../clock.js';
import { notify } from '../shell/notify.js';
import { useSession } from '../shell/session-context.js';
import { StateBadge } from '../ui/decision-badge.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { KnownContext } from '../ui/known-context.js';
import { Card, Page } from '../ui/page.js';
import { ProblemState } from '../ui/states.js';
import { TimeLeft } from '../ui/time-left.js';
import { When } from '../ui/when.js';
import { CANCEL, type RequestDetail } from './documents.js';
import { EffectCard, useEffectPreview } from './effect-card.js';
import { RequestTimeline } from './request-timeline.js';
import { ReviewForm } from './review-form.js';
import type { ReviewDraft } from './review-rules.js';
import { RulesCard } from './rules-card.js';
import { strings } from './strings.js';

interface OneRequestProps {
  readonly request: RequestDetail;
  /** An answer chosen by key in the list. */
  readonly review: 'approve' | 'deny' | undefined;
}

/** A request: the sentence, what is known, what happened, and the review or why there is none. */
export function OneRequest({ request, review }: OneRequestProps) {
  const requested = request.requestedDurationSeconds;
  const [draft, setDraft] = useState<ReviewDraft>({
    verdict: review === 'approve' ? 'APPROVE' : 'DENY',
    duration: exactDuration(requested),
    reason: '',
    isUnknownAccepted: false,
  });
  const seconds = Math.min(parseDuration(draft.duration) ?? requested, requested);
  const isPending = request.state === 'pending';
  const effect = useEffectPreview(request.id, seconds, isPending);
  const isExpired = useNow() >= new Date(request.deadlineAt).getTime();
  return (
    <Page
      title={`${request.requesterName}: ${request.role.id}`}
      headline={<Sentence request={request} />}
    >
      <Status request={request} />
      <div className="sp-cards">
        {isPending && <EffectCard effect={effect} durationSeconds={seconds} />}
        <Card title={strings.knows}>
          <KnownContext context={request.requesterContext} />
        </Card>
        <RulesCard request={request} />
      </div>
      <RequestTimeline request={request} />
      {((isPending && isExpired) || request.state === 'expired') && <Expired />}
      {isPending && !isExpired && <WhyNoReview request={request} />}
      {isPending && request.whyNotReviewable === null && (
        <ReviewForm
          request={request}
          draft={draft}
          change={(part) => setDraft((before) => ({ ...before, ...part }))}
          isEffectKnown={effect.isKnown}
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

function Expired() {
  return (
    <Alert color="yellow" role="alert" mb="md">
      {strings.expiredOpen}
    </Alert>
  );
}

const CANCEL_TOPICS = ['requests'] as const;

/** In the place of the form: why this person cannot review; whoever asked can withdraw. */
function WhyNoReview({ request }: { readonly request: RequestDetail }) {
  const { me } = useSession();
  const act = useAct(CANCEL, CANCEL_TOPICS);
  const why = request.whyNotReviewable;
  if (why === null) return null;
  const isOwn = request.requester === me.id || why.code === 'self-review';
  const title = isOwn ? strings.ownRequest : strings.cannotReview;
  const cancel = async () => {
    if (await act.run({ id: request.id })) notify(strings.withdrawn);
  };
  return (
    <Alert color="blue" title={title}>
      {why.message !== title && <Text mb="sm">{why.message}</Text>}
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
