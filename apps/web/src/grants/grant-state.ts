import type { Grant } from '../graphql-types.js';

/**
 * State of a grant at a moment. Time decides: an active grant whose end has passed is over, whether or not the broker has
 * written so already.
 */
export function stateNow(
  grant: Pick<Grant, 'state' | 'startsAt' | 'endsAt'>,
  nowMs: number,
): string {
  if (grant.state !== 'active' && grant.state !== 'scheduled') return grant.state;
  if (nowMs >= new Date(grant.endsAt).getTime()) return 'ended';
  return nowMs >= new Date(grant.startsAt).getTime() ? 'active' : 'scheduled';
}
