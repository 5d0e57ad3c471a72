import type { AccessRule } from '../graphql-types.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { strings } from './strings.js';

/** What the form for a new request holds; the duration as typed. */
export interface RequestDraft {
  readonly ruleId: string;
  readonly duration: string;
  readonly reason: string;
}

export interface RequestErrors {
  readonly ruleId?: string;
  readonly duration?: string;
  readonly reason?: string;
}

/** What stands in the way of sending the request, field by field, in text. The broker judges again. */
export function requestErrors(draft: RequestDraft, rule: AccessRule | undefined): RequestErrors {
  const errors: { -readonly [Field in keyof RequestErrors]: string } = {};
  if (rule === undefined) errors.ruleId = strings.errorRole;
  const seconds = parseDuration(draft.duration);
  if (seconds === undefined) errors.duration = strings.errorDuration;
  else if (rule !== undefined && seconds > rule.maxDurationSeconds) {
    errors.duration = strings.errorTooLong(exactDuration(rule.maxDurationSeconds));
  }
  const reason = reasonError(draft.reason.trim(), rule);
  if (reason !== undefined) errors.reason = reason;
  return errors;
}

function reasonError(reason: string, rule: AccessRule | undefined): string | undefined {
  if (reason === '') return rule?.reasonRequired === false ? undefined : strings.errorReasonMissing;
  const min = rule?.minReasonLength ?? 0;
  return reason.length < min ? strings.errorReason(min, reason.length) : undefined;
}
