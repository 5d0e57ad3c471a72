/** An entity as AuthZEN and Cedar name it. */
export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

/** Users named one by one or through groups. */
export interface PrincipalSet {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

/** What can be requested, by whom, for how long, and approved by whom. */
export interface AccessRule {
  readonly id: string;
  readonly title: string;
  /** The entity that a grant makes the holder's parent. */
  readonly role: EntityRef;
  readonly eligible: PrincipalSet;
  readonly approvers: PrincipalSet;
  /** Distinct approvers that a request needs; at least 1. */
  readonly approvalsNeeded: number;
  readonly maxDurationSeconds: number;
  readonly defaultDurationSeconds: number;
  readonly reasonRequired: boolean;
  /** Characters after trimming; applies where a reason is required. */
  readonly minReasonLength: number;
  /** A request that is not decided this long after its submission expires. */
  readonly approvalDeadlineSeconds: number;
}

/** The first field that makes a rule unusable, or undefined when it is sound. An unsound rule refuses every request. */
export function findRuleFault(rule: AccessRule): keyof AccessRule | undefined {
  const positive = [
    'approvalsNeeded',
    'maxDurationSeconds',
    'defaultDurationSeconds',
    'approvalDeadlineSeconds',
  ] as const;
  const fault = positive.find((field) => !isPositiveInteger(rule[field]));
  if (fault !== undefined) return fault;
  if (rule.defaultDurationSeconds > rule.maxDurationSeconds) return 'defaultDurationSeconds';
  return rule.minReasonLength >= 0 ? undefined : 'minReasonLength';
}

/** Whether the user is in the set, by name or by one of `groups`. */
export function includesUser(
  set: PrincipalSet,
  userId: string,
  groups: readonly string[],
): boolean {
  return set.users.includes(userId) || groups.some((group) => set.groups.includes(group));
}

/** Whole, above zero, and exactly representable. */
export function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
