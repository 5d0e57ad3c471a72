import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { exactDuration } from '../ui/durations.js';
import { Card } from '../ui/page.js';
import { When } from '../ui/when.js';
import type { RequestDetail } from './documents.js';
import { strings } from './strings.js';

/** What happened so far, oldest first, and where the log proves it. */
export function RequestTimeline({ request }: { readonly request: RequestDetail }) {
  return (
    <Card title={strings.timeline}>
      <ol className="sp-timeline">
        <Moment
          at={request.createdAt}
          what={strings.submittedBy(request.requesterName)}
          why={request.reason}
        />
        {request.reviews.map((review) => (
          <Moment
            key={`${review.reviewer} ${review.at}`}
            at={review.at}
            what={strings.reviewedBy(
              review.reviewer,
              review.verdict === 'APPROVE' ? 'approved' : 'denied',
              review.durationSeconds === null || review.verdict === 'DENY'
                ? undefined
                : exactDuration(review.durationSeconds),
            )}
            why={review.reason}
          />
        ))}
        {request.state !== 'pending' && request.decidedAt !== null && (
          <Moment at={request.decidedAt} what={strings.ended(request.state)} />
        )}
      </ol>
      {request.history.length > 0 && <InLog request={request} />}
    </Card>
  );
}

function Moment({
  at,
  what,
  why,
}: {
  readonly at: string;
  readonly what: ReactNode;
  readonly why?: string;
}) {
  return (
    <li>
      <strong>{what}</strong> <When at={at} />
      {why !== undefined && why !== '' && <p className="sp-quote">“{why}”</p>}
    </li>
  );
}

function InLog({ request }: { readonly request: RequestDetail }) {
  return (
    <>
      <h3 className="sp-subhead">{strings.inLog}</h3>
      <ul className="sp-plain-list">
        {request.history.map((entry) => (
          <li key={entry.id}>
            <Link to="/evidence/$id" params={{ id: entry.id }}>
              {entry.summary}
            </Link>{' '}
            <span className="sp-dim">{strings.proofOf(entry.index)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
