import type { Obligation } from '@sallyport/contracts';
import { ObligationFailedError, ObligationUnknownError } from './errors.js';
import { type Decision, denied, type Question } from './model.js';

/** What a handler may look at; `target` is what the caller enforces on, e.g. the HTTP request. */
export interface ObligationContext<Target = unknown> {
  readonly question: Question;
  readonly decision: Decision;
  readonly target: Target;
}

/** Fulfils one obligation. Whatever it throws turns a permit into a deny. */
export type ObligationHandler = (
  obligation: Obligation,
  context: ObligationContext,
) => void | Promise<void>;

type Handlers = ReadonlyMap<string, ObligationHandler>;

/** A permit that nobody here can keep the conditions of is a deny (AuthZEN obligations profile; XACML's deny-biased PEP). */
export function understood(decision: Decision, handlers: Handlers): Decision {
  const unknown = decision.obligations.find(({ type }) => !handlers.has(type));
  if (!decision.decision || !unknown) return decision;
  const message = `the permit has an obligation that is not known here: ${unknown.type}`;
  return denied(new ObligationUnknownError(message), decision);
}

/**
 * Fulfils the obligations of an answer, of a deny as well, as many as can be. A permit stays one only if all of them were fulfilled in time.
 */
export async function fulfilled(
  decision: Decision,
  context: Omit<ObligationContext, 'decision'>,
  { handlers, limitMs }: { readonly handlers: Handlers; readonly limitMs: number },
): Promise<Decision> {
  const outcomes = await Promise.allSettled(
    decision.obligations.map(async (obligation) => {
      const handler = handlers.get(obligation.type);
      if (!handler) throw new ObligationUnknownError(obligation.type);
      await inTime(handler(obligation, { ...context, decision }), limitMs);
    }),
  );
  const broken = outcomes.findIndex(({ status }) => status === 'rejected');
  if (!decision.decision || broken < 0) return decision;
  const message = `an obligation could not be fulfilled: ${decision.obligations[broken]?.type}`;
  const { reason: cause } = outcomes[broken] as PromiseRejectedResult;
  return denied(new ObligationFailedError(message, { cause }), decision);
}

function inTime(work: void | Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done in ${limitMs} ms`)), limitMs);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
