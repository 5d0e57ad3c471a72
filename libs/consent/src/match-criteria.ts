import type { ConsentCriteria, ConsentRuling } from './consent-directive.js';
import type { ConsentQuery } from './consent-query.js';
import { matchesLabels } from './match-labels.js';
import { coversPurpose } from './purpose-of-use.js';

/** What the query would have to say for a directive to be decided; `criterion-unsupported`: no query could. */
export type UndecidedReason =
  | 'actor-unknown'
  | 'action-unknown'
  | 'resource-class-unknown'
  | 'security-label-unknown'
  | 'data-time-unknown'
  | 'criterion-unsupported';

/** `unknown` when no criterion fails and `undecided` names those that cannot be judged. */
export interface CriteriaMatch {
  readonly verdict: 'yes' | 'no' | 'unknown';
  readonly undecided: readonly UndecidedReason[];
}

/** Judges all criteria but the period in three values: one that fails decides, else one unknown leaves it open. */
export function matchCriteria(
  criteria: ConsentCriteria,
  ruling: ConsentRuling,
  query: ConsentQuery,
): CriteriaMatch {
  const found = judge(criteria, ruling, query);
  if (found.includes(false)) return { verdict: 'no', undecided: [] };
  const undecided = found.filter((each) => typeof each === 'string');
  return { verdict: undecided.length === 0 ? 'yes' : 'unknown', undecided };
}

type Judgement = boolean | UndecidedReason;

function judge(
  criteria: ConsentCriteria,
  ruling: ConsentRuling,
  query: ConsentQuery,
): readonly Judgement[] {
  const { purposes, actors, actions, classes, securityLabels: labels } = criteria;
  const { action, resourceClass, securityLabels, dataAtMs } = query;
  const actor = typeof query.actor === 'string' ? [query.actor] : query.actor;
  const limits = (list: readonly string[]) => list.length > 0;
  return [
    !limits(purposes) || purposes.some((purpose) => coversPurpose(purpose, query.purpose)),
    !limits(actors) || (actor?.some((each) => actors.includes(each)) ?? 'actor-unknown'),
    !limits(actions) || (action === undefined ? 'action-unknown' : actions.includes(action)),
    !limits(classes) ||
      (resourceClass === undefined ? 'resource-class-unknown' : classes.includes(resourceClass)),
    !limits(labels) ||
      (securityLabels === undefined
        ? 'security-label-unknown'
        : matchesLabels(labels, securityLabels, ruling)),
    matchDataTime(criteria, dataAtMs),
    !limits(criteria.unsupported) || 'criterion-unsupported',
  ];
}

function matchDataTime(criteria: ConsentCriteria, atMs: number | undefined): Judgement {
  const { dataStartMs, dataEndMs } = criteria;
  if (dataStartMs === undefined && dataEndMs === undefined) return true;
  if (atMs === undefined) return 'data-time-unknown';
  return (dataStartMs ?? -Infinity) <= atMs && atMs < (dataEndMs ?? Infinity);
}
