import { PolicyFault } from '../compiled/fault.js';
import type { Value } from '../compiled/value.js';
import type { Expression } from '../expression.js';

/** What an expression comes down to while part of the question is unknown. */
export type Reduction =
  | { readonly kind: 'known'; readonly value: Value }
  /** Fails whatever the unknown turns out to be. */
  | { readonly kind: 'fault'; readonly fault: PolicyFault }
  /** Depends on it. */
  | { readonly kind: 'residual'; readonly expression: Expression };

export function known(value: Value): Reduction {
  return { kind: 'known', value };
}

export function residual(expression: Expression): Reduction {
  return { kind: 'residual', expression };
}

export function fault(message: string): Reduction {
  return { kind: 'fault', fault: new PolicyFault(message) };
}

/** An expression that fails every time. */
export const ALWAYS_FAULTY: Expression = { '!': { arg: { Value: 0 } } };
