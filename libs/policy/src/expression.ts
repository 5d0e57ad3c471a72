import type { EntityRef } from '@sallyport/contracts';
import { unescapeTypeName } from '@sallyport/contracts';

/** A node of Cedar's JSON policy format: an object of one member, whose key is the operator. */
export type Expression = Readonly<Record<string, unknown>>;

const LEAVES = new Set(['Value', 'Var', 'Slot', 'Unknown']);

/** The operator of a node and what it works on. */
export function operation(node: Expression): readonly [operator: string, body: unknown] {
  return Object.entries(node)[0] ?? ['', undefined];
}

/** The direct subexpressions of a node. */
export function operands(node: Expression): Expression[] {
  const [operator, body] = operation(node);
  if (LEAVES.has(operator) || typeof body !== 'object' || body === null) return [];
  // Sets and calls of extension functions are lists of expressions; every other member that is no expression is a text or a list (`attr`, `pattern`).
  const members: unknown[] = Array.isArray(body) ? body : Object.values(body);
  return members.filter(isExpression);
}

/** The same node with other direct subexpressions, in the order of `operands`. */
export function withOperands(node: Expression, replaced: readonly Expression[]): Expression {
  const [operator, body] = operation(node);
  if (replaced.length === 0 || typeof body !== 'object' || body === null) return node;
  const next = replaced[Symbol.iterator]();
  const replace = (member: unknown): unknown =>
    isExpression(member) ? (next.next().value ?? member) : member;
  if (Array.isArray(body)) return { [operator]: body.map(replace) };
  const members = Object.entries(body).map(([key, member]) => [key, replace(member)]);
  return { [operator]: Object.fromEntries(members) as unknown };
}

/** Every node of an expression, parents first. Iterative: an expression may be as deep as its source is long. */
export function* nodes(root: Expression): Generator<readonly [node: Expression, depth: number]> {
  const stack: [Expression, number][] = [[root, 1]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    yield top;
    for (const operand of operands(top[0])) stack.push([operand, top[1] + 1]);
  }
}

/** The attribute names that a node itself mentions: access, `has` and its path, the members of a record literal. */
export function attributeNames(node: Expression): string[] {
  const [operator, body] = operation(node);
  if (operator === 'Record') return Object.keys(body as object);
  if (operator !== '.' && operator !== 'has') return [];
  const { attr } = body as { attr: string | readonly string[] };
  return typeof attr === 'string' ? [attr] : [...attr];
}

const LOOKING = new Set(['.', 'has', 'in', 'getTag', 'hasTag', 'is']);

/** The entities that an expression names where it looks at attributes, tags or ancestors, by AuthZEN's words. */
export function* entitiesLookedInto(root: Expression): Generator<EntityRef> {
  for (const [node] of nodes(root)) {
    const [operator, body] = operation(node);
    if (!LOOKING.has(operator)) continue;
    for (const [part] of nodes((body as { left: Expression }).left)) {
      const ref = part['Value'];
      if (isExpression(ref) && isExpression(ref['__entity'])) {
        const { type, id } = ref['__entity'];
        yield { type: unescapeTypeName(String(type)), id: String(id) };
      }
    }
  }
}

/** The same expression with every attribute name (access, `has`, record literal) renamed. Call it on bounded depth only. */
export function renameAttributes(node: Expression, rename: (name: string) => string): Expression {
  const [operator, body] = operation(node);
  if (LEAVES.has(operator) || typeof body !== 'object' || body === null) return node;
  const inner = (value: unknown) => (isExpression(value) ? renameAttributes(value, rename) : value);
  if (Array.isArray(body)) return { [operator]: body.map(inner) };
  const members = Object.entries(body).map(([key, value]): [string, unknown] => {
    if (operator === 'Record') return [rename(key), inner(value)];
    return [key, key === 'attr' ? renamed(value, rename) : inner(value)];
  });
  return { [operator]: Object.fromEntries(members) };
}

function renamed(attr: unknown, rename: (name: string) => string): unknown {
  return Array.isArray(attr) ? attr.map(String).map(rename) : rename(String(attr));
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
