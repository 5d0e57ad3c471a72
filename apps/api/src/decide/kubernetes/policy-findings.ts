import { reasonSentence } from '@sallyport/contracts';
import type { PolicyAnnotations } from '@sallyport/policy';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { DecisionOutcome } from '../decision-outcome.js';

/** A policy that stands against what was asked. */
export interface PolicyFinding {
  readonly policyId: string;
  /** `enforce` decides, `warn` tells, everything else is for the log and the reports. */
  readonly mode: PolicyAnnotations['mode'];
  /** For people. */
  readonly message: string;
}

/** Every policy that forbids, the enforced ones first: those that decided, and those that their `@mode` keeps from it. */
export function findingsOf(
  { determining, shadow }: Pick<DecisionOutcome, 'determining' | 'shadow'>,
  tenant: Pick<TenantFacts, 'policy' | 'shadow'> | undefined,
): readonly PolicyFinding[] {
  const decided = determining.filter(({ effect }) => effect === 'forbid');
  const ids = new Set(decided.map(({ id }) => id));
  const others = (shadow?.determining ?? []).filter(
    ({ id, effect }) => effect === 'forbid' && !ids.has(id),
  );
  return [
    ...decided.map((policy) => ({ ...said(policy), mode: 'enforce' as const })),
    // A version that came into force meanwhile may not know the policy: better told than kept quiet.
    ...others.map((policy) => ({
      ...said(policy),
      mode: tenant?.shadow?.annotations.get(policy.id)?.mode ?? 'warn',
    })),
  ];
}

function said({ id, reason }: { readonly id: string; readonly reason?: string }) {
  return { policyId: id, message: reasonSentence(reason ?? 'policy-forbid') };
}

/** Why something is denied, in a sentence or a few. What is missing about device and place means nothing in a cluster. */
export function denialText(
  { reasons }: Pick<DecisionOutcome, 'reasons'>,
  findings: readonly PolicyFinding[],
): string {
  const enforced = findings.filter(({ mode }) => mode === 'enforce');
  if (enforced.length === 0) return reasonSentence(reasons[0] ?? 'broker-error');
  return enforced.map(({ policyId, message }) => `${message} (${policyId})`).join(' ');
}
