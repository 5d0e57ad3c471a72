import type { RefusalReason } from '@sallyport/grants';
import { ForbiddenError, UnprocessableError, type BrokerError } from '../platform/errors.js';

/** One plain sentence for each refusal of the state machine. */
export const REFUSAL_SENTENCES: Readonly<Record<RefusalReason, string>> = {
  'rule-invalid': 'The access rule is not usable; an administrator has to repair it.',
  'wrong-rule': 'The request belongs to another access rule.',
  'not-eligible': 'You may not ask for this role.',
  'no-approver-available': 'Nobody but you could approve this, so it cannot be asked for.',
  'duration-not-positive': 'The duration must be a whole number of seconds above zero.',
  'duration-too-long': 'That is longer than allowed.',
  'start-out-of-range': 'The start is in the past or too far ahead.',
  'reason-required': 'A reason is required.',
  'reason-too-short': 'The reason is too short.',
  'reason-too-long': 'The reason is too long.',
  'not-pending': 'The request has already been decided.',
  'deadline-passed': 'The request has expired.',
  'deadline-not-passed': 'The request has not expired yet.',
  'self-review': 'You asked for this. Two-person rule.',
  'not-a-reviewer': 'You are not among the approvers of this role.',
  'already-reviewed': 'You have already reviewed this request.',
  'not-the-requester': 'Only the person who asked may withdraw the request.',
  'not-scheduled': 'The grant has already begun.',
  'not-started': 'The grant has not begun yet.',
  'not-the-holder': 'Only its holder may give a grant back.',
  'not-live': 'The grant has already ended.',
  'not-over': 'The grant is not over yet.',
};

const FIELDS: Partial<Record<RefusalReason, string>> = {
  'duration-not-positive': 'durationSeconds',
  'duration-too-long': 'durationSeconds',
  'reason-required': 'reason',
  'reason-too-short': 'reason',
  'reason-too-long': 'reason',
};

const FORBIDDEN: ReadonlySet<RefusalReason> = new Set([
  'not-eligible',
  'self-review',
  'not-a-reviewer',
  'not-the-requester',
  'not-the-holder',
]);

/** A refusal as the error that a door answers with. */
export function refusalError(reason: RefusalReason): BrokerError {
  const field = FIELDS[reason];
  const detail = { reason, ...(field === undefined ? {} : { field }) };
  const Refused = FORBIDDEN.has(reason) ? ForbiddenError : UnprocessableError;
  return new Refused(REFUSAL_SENTENCES[reason], detail);
}
