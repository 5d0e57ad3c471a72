import type { OpenQuestion } from '@sallyport/policy';
import type { Gathered } from '../decision-state.js';
import type { DescribedEntity } from '../question.js';

/** Facts about whoever is searched for: what a policy reads of them is different for each. */
const OPEN_MEMBERS = {
  principal: ['device', 'grant', 'risk'],
  // Consent is a matter of the resource's data subject.
  resource: ['consent'],
} as const;

/** The question that all candidates have in common. */
export function openQuestion(
  { tenant, resolved, facts }: Gathered,
  open: OpenQuestion['open'],
): OpenQuestion {
  const { subject, action, resource, context } = resolved;
  return {
    open,
    openMembers: OPEN_MEMBERS[open],
    principal: { ref: refOf(subject), ...trusted(subject) },
    action: action.name,
    resource: { ref: refOf(resource), ...trusted(resource) },
    facts,
    actionProperties: action.properties,
    request: context,
    entities: tenant.entityStore,
  };
}

function refOf({ type, id }: DescribedEntity) {
  return { type, id };
}

function trusted({ properties }: DescribedEntity) {
  return properties === undefined ? {} : { trusted: properties };
}
