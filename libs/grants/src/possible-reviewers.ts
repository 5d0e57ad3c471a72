import type { AccessRule } from './access-rule.js';

/** Everyone who may review a request of `requesterId` under the rule: its approvers without the requester. */
export function possibleReviewers(
  rule: AccessRule,
  requesterId: string,
  membersByGroup: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const members = rule.approvers.groups.flatMap((group) => membersByGroup.get(group) ?? []);
  const reviewers = new Set([...rule.approvers.users, ...members]);
  reviewers.delete(requesterId);
  return reviewers;
}
