import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject } from '@sallyport/contracts';
import { type Expression, operands, operation, withOperands } from '../expression.js';

/** An attribute that no table declares: what asks for it is refused. */
const CONSENT = 'the consent of its data subject';

/** Whether the same consent is asked about in every row, because all rows are of one data subject. */
export function isConsentKnown(properties: JsonObject = {}): boolean {
  return [properties['patient'], properties['dataSubject']].some(
    (subject) => subject !== undefined && subject !== null,
  );
}

/** The policy with `context.consent` as something of the row: whose consent counts depends on the resource. */
export function withConsentOfRow(json: PolicyJson): PolicyJson {
  const conditions = json.conditions.map((condition) => ({
    ...condition,
    body: ofRow(condition.body as Expression) as unknown as typeof condition.body,
  }));
  return { ...json, conditions };
}

function ofRow(expression: Expression): Expression {
  const [operator, body] = operation(expression);
  // The whole record: whoever compares it compares the consent.
  if (operator === 'Var' && body === 'context') return attribute(CONSENT);
  const { left, attr } = (body ?? {}) as Readonly<{ left?: Expression; attr?: string | string[] }>;
  const isOfContext = left?.['Var'] === 'context';
  if (isOfContext && (operator === '.' || operator === 'has')) {
    const [first = '', ...path] = [attr ?? ''].flat();
    if (first !== 'consent') return expression;
    if (operator === '.') return attribute(CONSENT);
    return { has: { left: { Var: 'resource' }, attr: [CONSENT, ...path] } };
  }
  return withOperands(expression, operands(expression).map(ofRow));
}

function attribute(name: string): Expression {
  return { '.': { left: { Var: 'resource' }, attr: name } };
}
