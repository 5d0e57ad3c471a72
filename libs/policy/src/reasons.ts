import type { Evaluation, Facts, ReasonCode } from '@sallyport/contracts';
import { REASONS } from '@sallyport/contracts';
import { liveGrants } from './live-grants.js';

/** What decides which hints make sense. */
export interface ReasonOptions {
  /** False where this tenant grants nothing: then nobody is told to ask for a grant. */
  readonly isGrantable?: boolean;
}

/**
 * Why an answer is what it is: first the outcome, then the codes that determining policies name (`@reason`), then for a denial what is missing or
 * wrong in the facts, in the order of `REASONS`. No code twice; the same input always gives the same list.
 */
export function reasonsFor(
  evaluation: Evaluation,
  facts: Facts,
  options: ReasonOptions = {},
): ReasonCode[] {
  const { outcome, determining, erroring, failure } = evaluation;
  if (outcome === 'indeterminate') return [failure?.reason ?? 'policy-unavailable'];
  const verdict = determining.length > 0 ? 'policy-forbid' : 'no-matching-policy';
  const reasons: ReasonCode[] = [outcome === 'permit' ? 'policy-permit' : verdict];
  for (const { reason } of determining) if (isReasonCode(reason)) add(reason, reasons);
  if (outcome === 'permit') return reasons;
  for (const hint of hintsOf(erroring.length > 0, facts, options)) add(hint, reasons);
  return reasons;
}

/** In the order of `REASONS`. */
function hintsOf(
  isFailing: boolean,
  facts: Facts,
  { isGrantable = true }: ReasonOptions,
): readonly ReasonCode[] {
  const { consent, device, grants, missing, nowMs, risk } = facts;
  const hints: ReasonCode[] = isFailing ? ['policy-error', ...missing] : [...missing];
  if (device?.compliant === false) hints.push('device-not-compliant');
  if (consent?.status === 'deny') hints.push('consent-denied');
  if (consent?.status === 'none') hints.push('consent-missing');
  for (const reason of risk?.reasons ?? []) if (isReasonCode(reason)) hints.push(reason);
  if (isGrantable && liveGrants(grants, nowMs).length === 0) hints.push('grant-missing');
  return hints.length < 2 ? hints : hints.sort((a, b) => placeOf(a) - placeOf(b));
}

const PLACES: ReadonlyMap<string, number> = new Map(
  Object.keys(REASONS).map((code, place) => [code, place]),
);

function placeOf(code: ReasonCode): number {
  return PLACES.get(code) ?? PLACES.size;
}

function isReasonCode(code: string | undefined): code is ReasonCode {
  return code !== undefined && PLACES.has(code);
}

function add(code: ReasonCode, codes: ReasonCode[]): void {
  if (!codes.includes(code)) codes.push(code);
}
