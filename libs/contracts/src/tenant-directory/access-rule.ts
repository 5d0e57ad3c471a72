import type { EntityRef } from '../decision.js';

/** What can be requested, by whom, for how long, approved by whom. */
export interface AccessRuleDefinition {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  /** The parent that a grant gives its holder. */
  readonly role: EntityRef;
  readonly eligible: People;
  readonly approvers: People;
  readonly approvalsNeeded: number;
  readonly maxDurationSeconds: number;
  readonly defaultDurationSeconds: number;
  readonly reason: { readonly required: boolean; readonly minLength: number };
  /** A request that is not decided within this time expires. */
  readonly approvalDeadlineSeconds: number;
}

/** Those named, and the members of the groups named. */
export interface People {
  readonly groups: readonly EntityRef[];
  readonly users: readonly EntityRef[];
}
