import { type Condition, or } from './conditions.js';
import { equality } from './field-comparisons.js';
import { always, type Case, type Cases, FAILS, type Truth, within } from './operands.js';

/** The rows in which there is a value at all. */
export function anyCase(cases: Cases): Condition {
  return or(...cases.map(({ when }) => when));
}

/** When a value is true and when it is false; what is no boolean is neither. */
export function truthOf({ when, operand }: Case): Truth {
  if (operand.kind === 'value')
    return typeof operand.value === 'boolean' ? within(when, always(operand.value)) : FAILS;
  if (operand.set || operand.type !== 'bool') return FAILS;
  return within(when, equality(operand, { kind: 'value', value: true }));
}
