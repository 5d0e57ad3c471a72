import { AnswerMalformedError, NotEvaluatedError } from '../errors.js';
import { type Decision, denied } from '../model.js';
import { objectIn } from '../read-member.js';
import { readDecision, type Told } from './read-decision.js';

/** AuthZEN §7.1.2.1. */
export type BatchSemantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

/**
 * AuthZEN §7.2: one decision for every question, in their order. Those that a semantic did not come to are denies, so that nobody reads
 * another question's permit. Throws AnswerMalformedError where the answer does not fit the questions.
 */
export function readBatch(
  json: unknown,
  told: Told,
  { count, semantic }: { readonly count: number; readonly semantic: BatchSemantic },
): readonly Decision[] {
  const items = objectIn(json, 'the answer')['evaluations'];
  if (!Array.isArray(items)) throw new AnswerMalformedError('evaluations is not an array');
  const decisions = (items as readonly unknown[]).map((item, index) =>
    readDecision(item, { ...told, decisionId: told.decisionId && `${told.decisionId}.${index}` }),
  );
  const missing = count - decisions.length;
  if (missing < 0 || (missing > 0 && !mayEndHere(decisions, semantic)))
    throw new AnswerMalformedError(`${decisions.length} answers to ${count} questions`);
  return [
    ...decisions,
    ...Array.from({ length: missing }, () =>
      denied(new NotEvaluatedError('the batch ended before this question')),
    ),
  ];
}

function mayEndHere(decisions: readonly Decision[], semantic: BatchSemantic): boolean {
  if (semantic === 'execute_all') return false;
  return decisions.at(-1)?.decision === (semantic === 'permit_on_first_permit');
}
