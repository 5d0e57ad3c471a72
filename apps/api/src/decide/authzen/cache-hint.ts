import type { FastifyReply } from 'fastify';
import {
  type FactsRegister,
  NotResident,
  type Pep,
  type TenantFacts,
} from '../../registers/facts.ports.js';
import type { DecisionOutcome } from '../decision-outcome.js';
import { tokenExpiry } from '../tokens/token-expiry.js';

/**
 * Says for how long an answer may be kept, and which version of the facts it is of: with both, and the signals, an enforcement point
 * never acts on an answer that was overtaken. An enforcement point that may keep nothing costs nothing.
 */
export function sendCacheHint(
  reply: FastifyReply,
  pep: Pep,
  outcomes: readonly DecisionOutcome[],
  facts: FactsRegister,
): void {
  if (!pep.cacheSeconds) return;
  const tenant = facts.tenant(pep.tenantId);
  let seconds = pep.cacheSeconds;
  let version = Number.MAX_SAFE_INTEGER;
  for (const outcome of outcomes) {
    seconds = Math.min(seconds, secondsOf(outcome, pep.cacheSeconds, tenant));
    version = Math.min(version, outcome.facts?.registerVersion ?? 0);
  }
  reply.header('cache-control', `private, max-age=${seconds}`);
  reply.header('x-sallyport-facts-version', version);
}

/** Whole seconds until the first of what it rests on ends; 0 where anything else than facts and policy had a say. */
function secondsOf(
  outcome: DecisionOutcome,
  cacheSeconds: number,
  tenant: TenantFacts | undefined,
): number {
  const { facts, ttlSeconds } = outcome;
  if (!tenant || !facts || !isCertain(outcome, tenant)) return 0;
  const startsAtMs = nextStart(outcome, tenant);
  if (startsAtMs === undefined) return 0;
  const basis = {
    facts,
    // All of them, for which of them it rests on would cost more to know than it gives.
    grants: facts.grants,
    ...(ttlSeconds === undefined ? {} : { policyTtlSeconds: ttlSeconds }),
  };
  const { nowMs } = facts;
  // The token's clock has whole seconds: one more, so that the present one counts.
  const endsAtSeconds = tokenExpiry([basis], nowMs, cacheSeconds + 1);
  if (endsAtSeconds === undefined) return 0;
  const leftMs = Math.min(endsAtSeconds * 1_000, startsAtMs) - nowMs;
  return Math.min(cacheSeconds, Math.max(0, Math.floor(leftMs / 1_000)));
}

function isCertain(outcome: DecisionOutcome, { policy }: TenantFacts): boolean {
  const { by, decision, permitted, erroring, token, facts, policyVersion } = outcome;
  if (by !== 'policy' || decision !== permitted || token || erroring.length > 0) return false;
  if (facts?.missing.includes('feed-stale')) return false;
  // The one signal that passes with time: a journey becomes possible.
  if (facts?.risk?.reasons.includes('impossible-travel')) return false;
  return policy?.version === policyVersion && policy.readsClock === false;
}

/** When the subject's next grant begins: a forbid may wait for it. Undefined where that is not in memory. */
function nextStart({ subject, facts }: DecisionOutcome, tenant: TenantFacts): number | undefined {
  const nowMs = facts?.nowMs ?? 0;
  try {
    const starts = tenant.grantsOf(subject).map(({ startsAtMs }) => startsAtMs);
    return Math.min(...starts.filter((startsAtMs) => startsAtMs > nowMs));
  } catch (error) {
    if (error instanceof NotResident) return undefined;
    throw error;
  }
}
