// Generators for all that a question is made of: long because a question has many parts.
import { describe, expect, it } from '@jest/globals';
import type { EntityRecord, EntityRef, Facts, Json, JsonObject } from '@sallyport/contracts';
import { escapeTypeName } from '@sallyport/contracts';
import fc from 'fast-check';
import { CedarWasmEngine } from './cedar-wasm-engine.js';
import { CompiledEngine } from './compiled/compiled-engine.js';
import type { PolicyQuestion } from './engine.js';
import { EntityStore } from './entity-store.js';

const NOW = Date.UTC(2026, 2, 1, 12);
const TYPES = ['user', 'group', 'role', 'my-app::todo', 'Action'];
const IDS = ['a', 'b', 'c', 'read', 'toString'];
const NAMES = [
  'n',
  'level',
  'owner',
  'list',
  'deep',
  '__entity',
  '__entity_',
  '__proto__',
  'constructor',
  'ip',
  'when',
];

const ref = fc.record({ type: fc.constantFrom(...TYPES), id: fc.constantFrom(...IDS) });
const plainRef = ref.filter(({ type }) => type !== 'Action');
const name = fc.constantFrom(...NAMES);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<Json>(
    'a',
    'read',
    '',
    true,
    false,
    null,
    1.5,
    2 ** 53,
    -0,
    '\ud800',
    '10.0.0.1',
    '2026-03-01',
  ),
);

function jsonOf(leaf: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.array(fc.tuple(name, tie('json')), { maxLength: 3 }).map(objectOf),
    ),
  })).json;
}

/** Own members whatever their names. */
function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}

const sent = fc.array(fc.tuple(name, jsonOf(scalar)), { maxLength: 4 }).map(objectOf);
const escape: fc.Arbitrary<Json> = fc.oneof(
  plainRef.map((entity) => ({ __entity: entity })),
  fc.constantFrom<Json>(
    { __extn: { fn: 'ip', arg: '10.0.0.0/8' } },
    { __extn: { fn: 'datetime', arg: '2026-03-01' } },
    { __extn: { fn: 'decimal', arg: '1.5' } },
    { __extn: { fn: 'ip' } },
    { __entity: 'a' },
    { __expr: '1' },
  ),
);
const kept = fc
  .array(fc.tuple(name, jsonOf(fc.oneof(scalar, escape))), { maxLength: 5 })
  .map(objectOf);

/** Parents come later in the list of all references, so nothing goes round in circles; actions stand below and above nothing. */
const ALL: EntityRef[] = TYPES.slice(0, 4).flatMap((type) => IDS.map((id) => ({ type, id })));
const record = fc.nat(ALL.length - 2).chain((at) =>
  fc.record({
    uid: fc.constant(ALL[at] ?? { type: 'user', id: 'a' }),
    attrs: kept,
    parents: fc.array(fc.constantFrom(...ALL.slice(at + 1)), { maxLength: 3 }),
  }),
);

const grant = fc.record({
  id: fc.constantFrom('g1', 'g2', 'g3'),
  role: fc.oneof(
    fc.constant({ type: 'role', id: 'toString' }),
    fc.constantFrom(...ALL.slice(15)),
    fc.constant({ type: 'role', id: 'never stored' }),
  ),
  endsAtMs: fc.constantFrom(NOW - 1, NOW, NOW + 1, NOW + 60_000),
  breakGlass: fc.boolean(),
});

const facts: fc.Arbitrary<Facts> = fc.record(
  {
    nowMs: fc.constantFrom(NOW, NOW + 0.5),
    authn: fc.record(
      {
        method: fc.constant('token' as const),
        verified: fc.boolean(),
        acr: fc.constantFrom('high', '\ud800'),
        amr: fc.array(fc.constantFrom('otp', 'pwd')),
        authTime: fc.constantFrom(0, NOW / 1000, 1e300),
        expiresAtMs: fc.constant(NOW),
      },
      { requiredKeys: ['method', 'verified'] },
    ),
    device: fc.record(
      {
        id: fc.constant('d'),
        checkedAtMs: fc.constantFrom(NOW, -1, NaN),
        freshUntilMs: fc.constant(NOW),
        compliant: fc.boolean(),
        os: fc.constant('linux'),
      },
      { requiredKeys: ['id', 'checkedAtMs', 'freshUntilMs'] },
    ),
    network: fc.record(
      {
        ip: fc.constantFrom('10.0.0.1', '::ffff:10.0.0.1', '::1', '', '10.0.0.1/8'),
        country: fc.constant('DE'),
        asn: fc.constantFrom(1, 1.5),
      },
      { requiredKeys: ['ip'] },
    ),
    risk: fc.record({
      score: fc.constantFrom(1, 0.5),
      level: fc.constant('low' as const),
      reasons: fc.array(fc.constantFrom('a', 'b')),
    }),
    consent: fc.record(
      { status: fc.constant('permit' as const), expiresAtMs: fc.constantFrom(NOW, Infinity) },
      { requiredKeys: ['status'] },
    ),
    grants: fc.array(grant, { maxLength: 3 }),
    missing: fc.constant([]),
    registerVersion: fc.constant(1),
  },
  { requiredKeys: ['nowMs', 'authn', 'grants', 'missing', 'registerVersion'] },
);

const asserted = fc.record({ ref: plainRef, trusted: sent }, { requiredKeys: ['ref'] });
const question = fc.record({
  principal: asserted,
  action: fc.constantFrom('read', 'write', 'toString'),
  resource: asserted,
  facts,
  actionProperties: fc.option(sent, { nil: undefined }),
  request: fc.option(sent, { nil: undefined }),
});

const literal = ref.map(({ type, id }) => `${escapeTypeName(type)}::"${id}"`);
const record$ = fc.constantFrom(
  'principal',
  'resource',
  'context',
  'context.request',
  'context.action',
  'context.authn',
  'context.device',
  'context.network',
  'context.risk',
  'context.consent',
  'context.grant',
  'action',
  'principal.owner',
  'group::"a"',
);
const member = fc.oneof(
  name,
  fc.constantFrom(
    'id',
    'now',
    'ip',
    'amr',
    'reasons',
    'checkedAt',
    'endsAt',
    'authTime',
    'score',
    'acr',
    'expiresAt',
    'asn',
  ),
);
const path = fc.tuple(record$, member).map(([of, key]) => `${of}["${key}"]`);
const entity = fc.oneof(
  fc.constantFrom('principal', 'resource', 'action', 'principal.owner', 'resource.owner'),
  literal,
);
const condition = fc.oneof(
  fc.tuple(record$, member).map(([of, key]) => `${of} has "${key}"`),
  fc.tuple(path, path).map(([a, b]) => `${a} == ${b}`),
  fc.tuple(record$, record$).map(([a, b]) => `${a} == ${b}`),
  fc
    .tuple(
      path,
      scalar.filter((value) => typeof value === 'string' && value !== '\ud800'),
    )
    .map(([a, value]) => `${a} == ${JSON.stringify(value)}`),
  fc.tuple(path, path).map(([a, b]) => `${a}.contains(${b})`),
  fc.tuple(path, path).map(([a, b]) => `[${a}].containsAny([${b}, 1, true])`),
  path.map((a) => `${a} > 0`),
  path.map((a) => `${a} <= context.now`),
  path.map((a) => `${a}.isInRange(ip("10.0.0.0/8"))`),
  fc.tuple(entity, entity).map(([a, b]) => `${a} in ${b}`),
  fc.tuple(entity, literal, literal).map(([a, b, c]) => `${a} in [${b}, ${c}]`),
  fc.tuple(entity, fc.constantFrom(...TYPES)).map(([a, type]) => `${a} is ${escapeTypeName(type)}`),
  fc.constant('principal.hasTag("a")'),
);
const scope = (variable: string) =>
  fc.oneof(
    fc.constant(variable),
    literal.map((value) => `${variable} == ${value}`),
    literal.map((value) => `${variable} in ${value}`),
    ...(variable === 'action'
      ? []
      : [fc.constantFrom(...TYPES).map((type) => `${variable} is ${escapeTypeName(type)}`)]),
  );
const actionScope = fc.constantFrom(
  'action',
  'action == Action::"read"',
  'action in [Action::"read", Action::"write"]',
  'action in Action::"any"',
  'action in Action::"c"',
);
const policy = fc
  .tuple(
    fc.constantFrom('permit', 'permit', 'forbid'),
    scope('principal'),
    actionScope,
    scope('resource'),
    fc.array(condition, { maxLength: 3 }),
    fc.constantFrom(
      '',
      '@ttl("10m")',
      '@obligation("log")',
      '@reason("x") @control("A, B")',
      '@advice("y") @mode("shadow")',
    ),
  )
  .map(([effect, principal, action, resource, conditions, annotation]) => {
    const clauses = conditions.map((each) => `when { ${each} }`).join(' ');
    return `${annotation} ${effect} (${principal}, ${action}, ${resource}) ${clauses};`;
  });

const SCHEMA =
  'entity user; action any; action c; action group in [any]; action read in [group] appliesTo { principal: user, resource: user };';

function storeOf(records: readonly EntityRecord[]): EntityStore {
  const store = new EntityStore();
  for (const each of records) store.put(each);
  return store;
}

function withoutMessages(evaluation: ReturnType<ReturnType<CompiledEngine['load']>['evaluate']>) {
  const { erroring, failure, ...rest } = evaluation;
  return { ...rest, erroring: erroring.map(({ id }) => id), failure: failure?.reason };
}

describe('the compiled engine and cedar-wasm', () => {
  it('give the same evaluation of any question, with the same register, whatever was asked before', () => {
    const [reference, compiled] = [new CedarWasmEngine(), new CompiledEngine()];
    fc.assert(
      fc.property(
        fc.array(policy, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.array(record, { maxLength: 12 }),
        fc.array(record, { maxLength: 4 }),
        fc.array(question, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('live' as const, 'shadow' as const),
        (policies, hasSchema, records, changes, questions, set) => {
          const bundle = {
            files: { 'policies/main.cedar': policies.join('\n') },
            ...(hasSchema ? { schema: SCHEMA } : {}),
          };
          const [expected, got] = [
            reference.load('t', bundle, set),
            compiled.load('t', bundle, set),
          ];
          const entities = storeOf(records);
          const compare = (asked: Omit<PolicyQuestion, 'entities'>) => {
            const whole = { ...asked, entities };
            expect(withoutMessages(got.evaluate(whole))).toEqual(
              withoutMessages(expected.evaluate(whole)),
            );
          };
          // As batches ask: about several, with the same facts and the same request.
          const asked = questions.flatMap((one, at) => {
            const { principal, action, resource } = questions.at(at - 1) ?? one;
            return [one, { ...one, principal, action, resource }];
          });
          asked.forEach(compare);
          for (const change of changes) entities.put(change);
          asked.forEach(compare);
        },
      ),
      { numRuns: Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 300) },
    );
  });
});
