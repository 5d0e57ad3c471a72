import type { AccessRuleDefinition, EntityRef } from '@sallyport/contracts';
import type { AccessRule, PrincipalSet } from '@sallyport/grants';

/** A rule as the state machine of requests reads it: people and groups by their id. */
export function accessRuleOf(definition: AccessRuleDefinition): AccessRule {
  const { id, title, role, approvalsNeeded, reason } = definition;
  return {
    id,
    title,
    role,
    eligible: principalSet(definition.eligible),
    approvers: principalSet(definition.approvers),
    approvalsNeeded,
    maxDurationSeconds: definition.maxDurationSeconds,
    defaultDurationSeconds: definition.defaultDurationSeconds,
    reasonRequired: reason.required,
    minReasonLength: reason.minLength,
    approvalDeadlineSeconds: definition.approvalDeadlineSeconds,
  };
}

function principalSet({ groups, users }: AccessRuleDefinition['eligible']): PrincipalSet {
  const ids = (refs: readonly EntityRef[]) => refs.map(({ id }) => id);
  return { groups: ids(groups), users: ids(users) };
}
