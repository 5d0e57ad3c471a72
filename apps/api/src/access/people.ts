import { type AccessRule, includesUser, possibleReviewers } from '@sallyport/grants';
import type { TenantFacts } from '../registers/facts.ports.js';

const GROUP = 'group';
const USER = 'user';

/** Groups a person is in, directly or through other groups. */
export function groupsOf(facts: TenantFacts, userId: string): string[] {
  return facts
    .ancestorsOf({ type: USER, id: userId })
    .filter(({ type }) => type === GROUP)
    .map(({ id }) => id);
}

/** A person's name from the register; the id where it has none. */
export function nameOf(facts: TenantFacts, userId: string): string {
  const name = facts.entity({ type: USER, id: userId })?.attrs['name'];
  return typeof name === 'string' ? name : userId;
}

/** Members of the groups that may approve under a rule. */
export function approverGroups(
  facts: TenantFacts,
  rule: AccessRule,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    rule.approvers.groups.map((group) => [
      group,
      facts
        .membersOf({ type: GROUP, id: group })
        .filter(({ type }) => type === USER)
        .map(({ id }) => id),
    ]),
  );
}

/** Everyone who could approve a request of `requesterId` now. */
export function reviewersOf(facts: TenantFacts, rule: AccessRule, requesterId: string): string[] {
  return [...possibleReviewers(rule, requesterId, approverGroups(facts, rule))].sort();
}

/** Rules under which a person may approve. */
export function rulesReviewedBy(facts: TenantFacts, userId: string): string[] {
  const groups = groupsOf(facts, userId);
  return facts
    .accessRules()
    .filter(({ rule }) => includesUser(rule.approvers, userId, groups))
    .map(({ rule }) => rule.id);
}

/** Rules under which a person may ask. */
export function rulesOpenTo(facts: TenantFacts, userId: string): string[] {
  const groups = groupsOf(facts, userId);
  return facts
    .accessRules()
    .filter(({ rule }) => includesUser(rule.eligible, userId, groups))
    .map(({ rule }) => rule.id);
}
