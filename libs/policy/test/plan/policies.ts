import type { Rng } from '../differential/rng.js';
import { FOLDERS, IDS, PRICES, TEXTS, TIMES, USERS } from './world.js';

type Make = (rng: Rng, depth: number) => string;
type Kind = 'bool' | 'long' | 'string' | 'datetime' | 'decimal' | 'entity' | 'strings' | 'entities';

/** A policy of Cedar that mostly says something about the row, and now and then something that fails. */
export function policyOf(rng: Rng, id: string): string {
  const effect = rng.weighted([
    [3, 'permit'],
    [2, 'forbid'],
  ]);
  const mask =
    effect === 'permit' && rng.chance(0.2) ? `@obligation(${JSON.stringify(MASK)})\n` : '';
  const scope = [rng.pick(PRINCIPALS), rng.pick(ACTIONS), rng.pick(RESOURCES)].join(', ');
  const conditions = rng.times(rng.below(3), () => {
    return `${rng.pick(['when', 'when', 'unless'])} { ${bool(rng, 3)} }`;
  });
  return `@id("${id}")\n${mask}${effect} (${scope}) ${conditions.join('\n')};`;
}

const MASK = JSON.stringify({ type: 'mask', mask: { name: { method: 'redact' } } });
const PRINCIPALS = ['principal', 'principal', 'principal in group::"g0"', 'principal is user'];
const ACTIONS = ['action', 'action == Action::"read"', 'action in [Action::"read", Action::"b"]'];
const RESOURCES = [
  'resource',
  'resource',
  'resource is doc',
  'resource in folder::"f0"',
  'resource == doc::"d3"',
];

const LEAVES: Readonly<Record<Kind, readonly Make[]>> = {
  bool: [
    row('active'),
    (rng) => String(rng.chance(0.5)),
    (rng) =>
      `resource has ${rng.pick(['name', 'level', 'score', 'active', 'tags', 'owner', 'kind', 'price'])}`,
    () => 'context has device',
  ],
  long: [
    row('rank'),
    row('level'),
    row('score'),
    row('level'),
    (rng) => String(rng.between(-2, 3)),
    () => 'principal.level',
    (rng) => `doc::"${rng.pick(IDS)}".level`,
    (rng) => `context.request.${rng.pick(['n', 'none'])}`,
    () => '9007199254740991 * context.request.n * 1025',
  ],
  string: [
    row('kind'),
    row('name'),
    row('name'),
    (rng) => JSON.stringify(rng.pick(TEXTS)),
    () => 'principal.name',
    () => 'context.request.text',
  ],
  datetime: [row('created'), () => 'context.now', (rng) => `datetime("${rng.pick(TIMES)}")`],
  decimal: [row('price'), (rng) => `decimal("${rng.pick(PRICES)}")`],
  entity: [
    row('owner'),
    row('folder'),
    () => 'resource',
    () => 'principal',
    (rng) => `user::"${rng.pick(USERS)}"`,
    (rng) => `folder::"${rng.pick(FOLDERS)}"`,
    (rng) => `doc::"${rng.pick(IDS)}"`,
    (rng) => `${rng.pick(['group::"g0"', 'group::"g1"', 'role::"reader"'])}`,
    () => 'principal.home',
  ],
  strings: [
    row('tags'),
    row('tags'),
    (rng) =>
      `[${rng
        .some(TEXTS, 0.3)
        .map((text) => JSON.stringify(text))
        .join(', ')}]`,
    () => '["a", 1]',
    () => '[]',
  ],
  entities: [
    row('readers'),
    row('readers'),
    (rng) =>
      `[${rng
        .some(USERS, 0.4)
        .map((id) => `user::"${id}"`)
        .join(', ')}]`,
    () => '[principal, folder::"f1"]',
  ],
};

const COMPARED: readonly Kind[] = [
  'long',
  'string',
  'datetime',
  'decimal',
  'entity',
  'bool',
  'strings',
  'entities',
];
const PATTERNS = ['a*', '*b', '*a*', 'a*b', '*', 'a', '\\\\*', '*%', 'ä_*', 'a**b'];

function bool(rng: Rng, depth: number): string {
  if (depth === 0 || rng.chance(0.1)) return `(${rng.pick(LEAVES.bool)(rng, depth)})`;
  const of = (kind: Kind) => value(rng, kind, depth - 1);
  const inner = () => bool(rng, depth - 1);
  return `(${rng.weighted<() => string>([
    [3, () => `${inner()} && ${inner()}`],
    [3, () => `${inner()} || ${inner()}`],
    [2, () => `!${inner()}`],
    [1, () => `if ${inner()} then ${inner()} else ${inner()}`],
    [3, () => equation(rng, depth)],
    [3, () => `${of('long')} ${rng.pick(['<', '<=', '>', '>='])} ${of('long')}`],
    [1, () => `${of('datetime')} ${rng.pick(['<', '<=', '>', '>='])} ${of('datetime')}`],
    [
      1,
      () =>
        `${of('decimal')}.${rng.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'])}(${of('decimal')})`,
    ],
    [1, () => `${of('string')} like "${rng.pick(PATTERNS)}"`],
    [2, () => `${of('entity')} in ${rng.chance(0.7) ? of('entity') : of('entities')}`],
    [1, () => `${of('entity')} is ${rng.pick(['user', 'doc', 'folder'])}`],
    [2, () => `${of('strings')}.contains(${of('string')})`],
    [1, () => `${of('entities')}.contains(${of('entity')})`],
    [2, () => `${of('strings')}.${rng.pick(['containsAll', 'containsAny'])}(${of('strings')})`],
    [1, () => `${of('entities')}.${rng.pick(['containsAll', 'containsAny'])}(${of('entities')})`],
    [1, () => `${of(rng.pick(['strings', 'entities']))}.isEmpty()`],
    [1, () => `${of('entity')}.hasTag(${of('string')})`],
    [1, () => `resource has level.deep`],
  ])()})`;
}

/** Mostly of one type with itself: of two types it is false, and nothing fails. */
function equation(rng: Rng, depth: number): string {
  const kind = rng.pick(COMPARED);
  const other = rng.chance(0.9) ? kind : rng.pick(COMPARED);
  return `${value(rng, kind, depth - 1)} ${rng.pick(['==', '!='])} ${value(rng, other, depth - 1)}`;
}

function value(rng: Rng, kind: Kind, depth: number): string {
  // Something of another type: then the operator fails.
  const actual = rng.chance(0.03) ? rng.pick(COMPARED) : kind;
  if (depth > 0 && rng.chance(0.08))
    return `(if ${bool(rng, depth - 1)} then ${value(rng, actual, depth - 1)} else ${value(rng, actual, depth - 1)})`;
  const nested = actual === 'bool' && depth > 0;
  return `(${nested ? bool(rng, depth - 1) : rng.pick(LEAVES[actual])(rng, depth)})`;
}

function row(attribute: string): Make {
  return () => `resource.${attribute}`;
}
