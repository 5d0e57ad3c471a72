import type { EntityRef } from './access-rule.js';

/** `scheduled` and `active` can be live; `ended` is by time, `revoked` by others, `returned` by the holder. */
export type GrantState = 'scheduled' | 'active' | 'ended' | 'revoked' | 'returned';

/** Makes `subjectId` a member of `role` from `startsAtMs` until just before `endsAtMs`. */
export interface Grant {
  readonly id: string;
  readonly requestId: string;
  readonly subjectId: string;
  readonly role: EntityRef;
  readonly startsAtMs: number;
  /** Never changes; a grant that was ended early says so in `endedAtMs`. */
  readonly endsAtMs: number;
  readonly state: GrantState;
  readonly endedAtMs?: number;
  /** Who revoked or returned it; absent when time ended it. */
  readonly endedBy?: string;
  readonly endReason?: string;
  readonly version: number;
}

/** Whether the grant holds at `nowMs`. Time decides and the state only records: no job needs to run for a grant to be over. */
export function isLive(grant: Grant, nowMs: number): boolean {
  return isOpen(grant) && grant.startsAtMs <= nowMs && nowMs < grant.endsAtMs;
}

/** Whether the grant's state can still change. */
export function isOpen(grant: Grant): boolean {
  return grant.state === 'active' || grant.state === 'scheduled';
}
