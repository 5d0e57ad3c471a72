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
  const named = determining.map(({ reason }) => reason).filter(isReasonCode);
  if (outcome === 'permit') return distinct(['policy-permit', ...named]);
  if (outcome === 'indeterminate') return [failure?.reason ?? 'policy-unavailable'];
  const verdict: ReasonCode = determining.length > 0 ? 'policy-forbid' : 'no-matching-policy';
  const failing: ReasonCode[] = erroring.length > 0 ? ['policy-error'] : [];
  return distinct([verdict, ...named, ...inOrder([...failing, ...hints(facts, options)])]);
}

function* hints(facts: Facts, { isGrantable = true }: ReasonOptions): Generator<ReasonCode> {
  yield* facts.missing;
  if (facts.device?.compliant === false) yield 'device-not-compliant';
  if (facts.consent?.status === 'deny') yield 'consent-denied';
  if (facts.consent?.status === 'none') yield 'consent-missing';
  yield* (facts.risk?.reasons ?? []).filter(isReasonCode);
  if (isGrantable && liveGrants(facts.grants, facts.nowMs).length === 0) yield 'grant-missing';
}

function isReasonCode(code: string | undefined): code is ReasonCode {
  return code !== undefined && Object.hasOwn(REASONS, code);
}

function inOrder(codes: readonly ReasonCode[]): ReasonCode[] {
  const all = Object.keys(REASONS);
  return [...codes].sort((a, b) => all.indexOf(a) - all.indexOf(b));
}

function distinct(codes: readonly ReasonCode[]): ReasonCode[] {
  return [...new Set(codes)];
}
