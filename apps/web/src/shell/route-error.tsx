import { Page } from '../ui/page.js';
import { ProblemState } from '../ui/states.js';
import { strings } from './strings.js';

/** A screen that failed to load or to draw: a new build was installed meanwhile, or a defect of ours. */
export function RouteError({ error }: { readonly error: unknown }) {
  const detail = error instanceof Error ? error.message : String(error);
  return (
    <Page title={strings.brokenTitle} headline={strings.brokenTitle}>
      <ProblemState
        problem={{ kind: 'failed', message: `${strings.broken} ${detail}` }}
        retry={() => window.location.reload()}
      />
    </Page>
  );
}
