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
  let undecided: UndecidedReason[] | undefined;
  for (const judge of JUDGES) {
    const judgement = judge(criteria, query, ruling);
    if (judgement === false) return NO;
    if (judgement !== true) (undecided ??= []).push(judgement);
  }
  return undecided === undefined ? YES : { verdict: 'unknown', undecided };
}

const YES: CriteriaMatch = { verdict: 'yes', undecided: [] };
const NO: CriteriaMatch = { verdict: 'no', undecided: [] };

type Judgement = boolean | UndecidedReason;
type Judge = (criteria: ConsentCriteria, query: ConsentQuery, ruling: ConsentRuling) => Judgement;

/** One for each criterion; an empty list limits nothing. */
const JUDGES: readonly Judge[] = [
  ({ purposes }, query) =>
    purposes.length === 0 || purposes.some((purpose) => coversPurpose(purpose, query.purpose)),
  ({ actors }, { actor }) => {
    if (actors.length === 0) return true;
    if (actor === undefined) return 'actor-unknown';
    return typeof actor === 'string'
      ? actors.includes(actor)
      : actor.some((each) => actors.includes(each));
  },
  ({ actions }, { action }) =>
    actions.length === 0 || (action === undefined ? 'action-unknown' : actions.includes(action)),
  ({ classes }, { resourceClass }) => {
    if (classes.length === 0) return true;
    return resourceClass === undefined ? 'resource-class-unknown' : classes.includes(resourceClass);
  },
  ({ securityLabels: wanted }, { securityLabels: actual }, ruling) => {
    if (wanted.length === 0) return true;
    return actual === undefined ? 'security-label-unknown' : matchesLabels(wanted, actual, ruling);
  },
  ({ dataStartMs, dataEndMs }, { dataAtMs }) => {
    if (dataStartMs === undefined && dataEndMs === undefined) return true;
    if (dataAtMs === undefined) return 'data-time-unknown';
    return (dataStartMs ?? -Infinity) <= dataAtMs && dataAtMs < (dataEndMs ?? Infinity);
  },
  ({ unsupported }) => unsupported.length === 0 || 'criterion-unsupported',
];
