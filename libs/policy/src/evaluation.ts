import type { Response } from '@cedar-policy/cedar-wasm/nodejs';
import type { DeterminingPolicy, Evaluation } from '@sallyport/contracts';
import type { PolicyAnnotations } from './annotations.js';

/** What an evaluator's answer means together with the annotations of the policies that determined it. Ordered by policy id. */
export function evaluationOf(
  { decision, diagnostics }: Response,
  annotations: ReadonlyMap<string, PolicyAnnotations>,
): Evaluation {
  const determined = [...diagnostics.reason].sort().flatMap((id) => {
    const annotation = annotations.get(id);
    return annotation === undefined ? [] : [{ id, annotation }];
  });
  const said = determined.map(({ annotation }) => annotation);
  const ttls = said.map(({ ttlSeconds }) => ttlSeconds).filter((ttl) => ttl !== undefined);
  return {
    outcome: decision === 'allow' ? 'permit' : 'deny',
    determining: determined.map(({ id, annotation }) => determiningPolicy(id, annotation)),
    erroring: diagnostics.errors
      .map(({ policyId, error }) => ({ id: policyId, message: error.message }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    obligations: said.map(({ obligation }) => obligation).filter((duty) => duty !== undefined),
    advice: said.map(({ advice }) => advice).filter((duty) => duty !== undefined),
    ...(ttls.length > 0 && decision === 'allow' ? { ttlSeconds: Math.min(...ttls) } : {}),
    controls: [...new Set(said.flatMap(({ controls }) => controls))].sort(),
  };
}

function determiningPolicy(id: string, { effect, reason }: PolicyAnnotations): DeterminingPolicy {
  return reason === undefined ? { id, effect } : { id, effect, reason };
}
