import type { FieldType } from '@sallyport/contracts';
import type { Value } from '../compiled/value.js';
import { and, type Condition, isSame, negate, or } from './conditions.js';

/** What an expression is in some rows: a value, or what a field of the row holds. */
export type Operand = { readonly kind: 'value'; readonly value: Value } | FieldOperand;

export interface FieldOperand extends FieldType {
  readonly kind: 'field';
  readonly name: string;
  /** Every row has it. */
  readonly required: boolean;
}

/** What an expression is, by row: the cases exclude each other, and where none holds it fails. */
export type Cases = readonly Case[];

export interface Case {
  readonly when: Condition;
  readonly operand: Operand;
}

/** When a boolean expression is true and when it is false. In a row that passes neither it fails. */
export interface Truth {
  readonly yes: Condition;
  readonly no: Condition;
}

export const FAILS: Truth = { yes: false, no: false };
export const NEVER: Cases = [];

export function always(isTrue: boolean): Truth {
  return { yes: isTrue, no: !isTrue };
}

/** For what can't fail. */
export function whether(condition: Condition): Truth {
  return { yes: condition, no: negate(condition) };
}

export function not({ yes, no }: Truth): Truth {
  return { yes: no, no: yes };
}

/** The right side counts, and may fail, only where the left one does not decide. */
export function both(left: Truth, right: Truth): Truth {
  return {
    yes: and(left.yes, right.yes),
    no: isTotal(left) ? or(left.no, right.no) : or(left.no, and(left.yes, right.no)),
  };
}

export function either(left: Truth, right: Truth): Truth {
  return not(both(not(left), not(right)));
}

export function choice(test: Truth, then: Truth, otherwise: Truth): Truth {
  return {
    yes: or(and(test.yes, then.yes), and(test.no, otherwise.yes)),
    no: or(and(test.yes, then.no), and(test.no, otherwise.no)),
  };
}

export function within(when: Condition, { yes, no }: Truth): Truth {
  return { yes: and(when, yes), no: and(when, no) };
}

export function anyOf(truths: readonly Truth[]): Truth {
  return {
    yes: or(...truths.map(({ yes }) => yes)),
    no: or(...truths.map(({ no }) => no)),
  };
}

export function known(value: Value): Cases {
  return [{ when: true, operand: { kind: 'value', value } }];
}

/** A truth as a value among others. */
export function casesOf({ yes, no }: Truth): Cases {
  return inCases([
    { when: yes, operand: { kind: 'value', value: true } },
    { when: no, operand: { kind: 'value', value: false } },
  ]);
}

export function inCases(cases: Cases): Cases {
  return cases.filter(({ when }) => when !== false);
}

export function guarded(when: Condition, cases: Cases): Cases {
  return inCases(cases.map((one) => ({ ...one, when: and(when, one.when) })));
}

/** Whether it fails in no row, as far as that can be seen. */
function isTotal({ yes, no }: Truth): boolean {
  return isSame(negate(yes), no);
}
