import { type CedarJson, type Expr, isList, isRecord, record } from './round.js';
import { without, withSimpler } from './lists.js';

/** Expressions that a shrinking policy tries in the place of any other. */
const CONSTANTS: readonly Expr[] = [
  { Value: true },
  { Value: false },
  { Value: 0 },
  { Value: '' },
  { Var: 'principal' },
  { Var: 'context' },
];

/** The expression with one part replaced by a part of itself or by a constant. */
export function* simplerExpressions(expression: CedarJson): Generator<CedarJson> {
  if (!isRecord(expression)) return;
  const [operator, operand] = Object.entries(expression)[0] ?? [];
  if (operator === undefined || operand === undefined) return;
  if (operator === 'Value') {
    for (const Value of simplerValues(operand)) yield { Value };
    return;
  }
  const parts = partsOf(operator, operand);
  for (const [, part] of parts) yield part;
  if (operator !== 'Var') yield* CONSTANTS;
  for (const [at, part] of parts)
    for (const simpler of simplerExpressions(part))
      yield { [operator]: withPart(operand, at, simpler) };
  if (operator === 'Set' && isList(operand))
    for (const fewer of without(operand)) yield { Set: fewer };
  if (operator === 'Record' && isRecord(operand))
    for (const fewer of without(Object.entries(operand))) yield { Record: record(fewer) };
  for (const key of ['pattern', 'attr']) {
    const list = isRecord(operand) ? operand[key] : undefined;
    if (!isList(list)) continue;
    for (const fewer of without(list))
      if (fewer.length > 0) yield { [operator]: withPart(operand, key, fewer) };
  }
}

/** The value with one part left out, emptied or shortened. */
export function* simplerValues(value: CedarJson): Generator<CedarJson> {
  if (typeof value === 'string' && value !== '') {
    yield '';
    const characters = [...value];
    for (const fewer of without(characters)) yield fewer.join('');
  }
  if ((typeof value === 'number' || typeof value === 'bigint') && value !== 0) yield 0;
  if (isList(value)) {
    yield* without(value);
    yield* withSimpler(value, simplerValues);
  }
  if (!isRecord(value) || '__entity' in value || '__extn' in value) return;
  const entries = Object.entries(value);
  for (const fewer of without(entries)) yield record(fewer);
  for (const [at, [name, member]] of entries.entries())
    for (const simpler of simplerValues(member)) yield record(entries.with(at, [name, simpler]));
}

function partsOf(operator: string, operand: CedarJson): [string, Expr][] {
  if (operator === 'Var' || typeof operand !== 'object' || operand === null) return [];
  return Object.entries(operand).filter((entry): entry is [string, Expr] => isRecord(entry[1]));
}

function withPart(operand: CedarJson, at: string, part: CedarJson): CedarJson {
  if (isList(operand)) return operand.with(Number(at), part);
  return record(
    Object.entries(operand as Expr).map(([name, old]) => [name, name === at ? part : old]),
  );
}
