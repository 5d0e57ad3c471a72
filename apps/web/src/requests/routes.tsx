import { useParams, useSearch } from '@tanstack/react-router';
import { deniedQuestion } from './denied-question.js';
import { NewRequest } from './new-request.js';
import { RequestInbox } from './request-inbox.js';
import { RequestView } from './request-view.js';

/** `/requests/new?action=…&type=…&id=…&decision=…` */
export function NewRequestRoute() {
  const search = useSearch({ from: '/requests/new' });
  return <NewRequest denied={deniedQuestion(search)} />;
}

/** `/requests?tab=…` */
export function InboxRoute() {
  const { tab } = useSearch({ from: '/requests' });
  return <RequestInbox slug={tab} />;
}

/** `/requests/$id?tab=…&review=…` */
export function RequestRoute() {
  const { id } = useParams({ from: '/requests/$id' });
  const { tab, review } = useSearch({ from: '/requests/$id' });
  return <RequestView key={id} id={id} slug={tab} review={review} />;
}
