import { exactDuration } from '../ui/durations.js';
import { listText } from '../ui/entity-text.js';
import { Card } from '../ui/page.js';
import type { RequestDetail } from './documents.js';
import { strings } from './strings.js';

/** "Rules": the access rule that applies, who may answer, how many must, for how long at most. */
export function RulesCard({ request }: { readonly request: RequestDetail }) {
  const { rule } = request;
  return (
    <Card title={strings.rules}>
      <ul className="sp-plain-list">
        <li>
          <strong>{rule.title}</strong>
        </li>
        <li>{strings.approvalsNeeded(request.approvalsNeeded)}</li>
        <li>{strings.maxDuration(exactDuration(rule.maxDurationSeconds))}</li>
        <li>{strings.approvers(listText(rule.approvers))}</li>
        {request.state === 'pending' && (
          <li>{strings.reviewersNow(listText(request.reviewers))}</li>
        )}
        <li>{strings.twoPerson}</li>
        <li className="sp-dim">{strings.rule(rule.id, rule.version)}</li>
      </ul>
    </Card>
  );
}
