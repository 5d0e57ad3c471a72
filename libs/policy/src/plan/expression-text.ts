import { type Expression, operation } from '../expression.js';

const INFIX = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||', '+', '-', '*', 'in']);
const METHODS = new Set(
  ['contains', 'containsAll', 'containsAny', 'getTag', 'hasTag'].concat([
    'lessThan',
    'lessThanOrEqual',
    'greaterThan',
    'greaterThanOrEqual',
    'isInRange',
    'offset',
    'durationSince',
    'toDate',
    'toTime',
    'isIpv4',
    'isIpv6',
    'isLoopback',
    'isMulticast',
  ]),
);
const MAX_LENGTH = 500;

/** An expression in Cedar's words, for people; cut where it is long. */
export function expressionText(expression: Expression): string {
  const text = written(expression, 0);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

function written(expression: Expression, depth: number): string {
  if (depth > 20) return '…';
  const [operator, body] = operation(expression);
  const inner = (part: unknown): string => written(part as Expression, depth + 1);
  if (Array.isArray(body)) return listText(operator, body.map(inner));
  const { left, right, arg, attr } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (INFIX.has(operator)) return `${inner(left)} ${operator} ${inner(right)}`;
  if (METHODS.has(operator)) return `${inner(left)}.${operator}(${inner(right)})`;
  switch (operator) {
    case 'Var':
      return String(body);
    case 'Value':
      return valueText(body);
    case '!':
      return `!(${inner(arg)})`;
    case 'neg':
      return `-${inner(arg)}`;
    case 'isEmpty':
      return `${inner(arg)}.isEmpty()`;
    case '.':
      return `${inner(left)}.${String(attr)}`;
    case 'has':
      return `${inner(left)} has ${[attr].flat().map(String).join('.')}`;
    case 'is':
      return `${inner(left)} is ${String((body as { entity_type: string }).entity_type)}`;
    case 'like':
      return `${inner(left)} like ${patternText((body as { pattern: unknown }).pattern)}`;
    default:
      return JSON.stringify(expression, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
  }
}

function listText(operator: string, items: readonly string[]): string {
  if (operator === 'Set') return `[${items.join(', ')}]`;
  const [first = '', ...others] = items;
  return METHODS.has(operator)
    ? `${first}.${operator}(${others.join(', ')})`
    : `${operator}(${items.join(', ')})`;
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const { __entity: entity } = value as { __entity?: { type: string; id: string } };
  return entity ? `${entity.type}::${JSON.stringify(entity.id)}` : JSON.stringify(value);
}

function patternText(pattern: unknown): string {
  const parts = pattern as readonly ('Wildcard' | { readonly Literal: string })[];
  return JSON.stringify(
    parts.map((part) => (part === 'Wildcard' ? '*' : part.Literal.replaceAll('*', '\\*'))).join(''),
  );
}
