import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/states.js';
import { Page } from '../ui/page.js';
import { strings } from './strings.js';

/** A path that names no screen. */
export function NotFound() {
  return (
    <Page title={strings.notFoundTitle} headline={strings.notFoundTitle}>
      <EmptyState next={<Link to="/requests">{strings.toRequests}</Link>}>
        {strings.notFound}
      </EmptyState>
    </Page>
  );
}
