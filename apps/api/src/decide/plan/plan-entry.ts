import { createHash } from 'node:crypto';
import type { JsonObject, PlanEntry } from '@sallyport/contracts';
import { type Asked, subjectOf } from '../decision-state.js';
import {
  durationMicros,
  factsSoFar,
  MAX_DECISION_BYTES,
  MAX_LISTED,
} from '../entry/decision-entry.js';
import type { PlanOutcome } from './plan-outcome.js';
import { reasonsOf } from './plan-outcome.js';
import { kindOf, type Planned } from './planning.js';
import type { PlanRequest } from './read-plan.js';

/** What the log keeps of a plan: who may see which rows, and why. Never the subject token. */
export function planEntry(
  asked: Asked,
  { target }: PlanRequest,
  planned: Planned,
  { answer, refusal, policyVersion }: PlanOutcome,
): PlanEntry {
  const { pep } = asked;
  const { subjectToken: _, ...question } = asked.question;
  const plan = planned.by === 'policy' ? planned.plan : undefined;
  const effective = kindOf(planned);
  const kind = refusal === undefined ? answer.kind : 'refused';
  const { id, type } = question.resource;
  return fitting({
    type: 'plan',
    id: asked.decisionId,
    time: new Date(asked.atMs).toISOString(),
    actor: `pep:${pep.name}`,
    kind,
    ...(kind === effective ? {} : { effective }),
    subject: subjectOf(asked),
    action: question.action.name,
    resource: { type, id },
    pep: pep.name,
    mode: pep.mode,
    target,
    ...(plan?.filter === undefined ? {} : { filter: asJson(plan.filter) }),
    ...(planned.by === 'refusal' ? { refusal: planned.refusal.message.slice(0, 1_000) } : {}),
    masks: asJson(plan?.masks ?? {}),
    obligations: plan?.obligations ?? [],
    determining: (plan?.policies ?? []).slice(0, MAX_LISTED),
    erroring: (plan?.erring ?? []).slice(0, MAX_LISTED),
    reasons: answer.reasons === undefined ? reasonsOf(planned) : [...answer.reasons],
    policyVersion,
    facts: asked.facts ?? factsSoFar(asked, reasonsOf(planned)),
    request: asJson(question),
    ...(asked.requestId === undefined ? {} : { requestId: asked.requestId }),
    durationMicros: durationMicros(asked, { decision: false, endedAt: performance.now() }),
  });
}

/** Large parts give way to their digests until the entry fits into the log. */
function fitting(entry: PlanEntry): PlanEntry {
  let fitted = entry;
  for (const part of ['request', 'filter', 'masks', 'obligations'] as const) {
    if (Buffer.byteLength(JSON.stringify(fitted)) <= MAX_DECISION_BYTES) return fitted;
    fitted = { ...fitted, [part]: digest(fitted[part]) };
  }
  return fitted;
}

function asJson(value: object): JsonObject {
  return value as unknown as JsonObject;
}

function digest(part: unknown): JsonObject {
  const text = JSON.stringify(part ?? {});
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { sha256, bytes: Buffer.byteLength(text) };
}
