import { refuse } from './refusal.js';
import type { Refusal } from './refusal.js';

/** The longest reason that a requester, reviewer or revoker may give, in UTF-16 units. */
export const MAX_REASON_LENGTH = 2000;

/** Refuses a reason that is longer than the bound or, where one is required, missing or too short. */
export function checkReason(reason: string, minLength: number | undefined): Refusal | undefined {
  if (reason.length > MAX_REASON_LENGTH) return refuse('reason-too-long');
  if (minLength === undefined) return undefined;
  const length = [...reason.trim()].length;
  if (length === 0) return refuse('reason-required');
  return length < minLength ? refuse('reason-too-short') : undefined;
}
