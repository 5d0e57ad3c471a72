// One table of what is hard in the language, each line asked of Cedar itself as well: long because the language is.
import { describe, expect, it } from '@jest/globals';
import {
  isAuthorized,
  type PolicyJson,
  policyToJson,
  templateToJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import { compilePolicySet, type JsonPolicy } from './authorize.js';
import { UnsupportedFeatureError } from './fault.js';

const entities: readonly Readonly<Record<string, unknown>>[] = [
  {
    uid: { type: 'user', id: 'dana' },
    attrs: {
      level: 3,
      boss: { __entity: { type: 'user', id: 'omar' } },
      gone: { __entity: { type: 'user', id: 'nobody' } },
      home: { __extn: { fn: 'ip', arg: '10.0.0.0/8' } },
      nested: { list: [[1, 2], { a: 1 }], deep: { deeper: { deepest: true } } },
      constructor: 1,
      ['__proto__']: 'own',
    },
    parents: [{ type: 'group', id: 'engineering' }],
    tags: { team: 'blue' },
  },
  { uid: { type: 'user', id: 'omar' }, attrs: { level: 9 }, parents: [] },
  {
    uid: { type: 'group', id: 'engineering' },
    attrs: {},
    parents: [{ type: 'group', id: 'staff' }],
  },
];
const context = {
  n: 1,
  text: 'ab*c',
  set: [1, 'a', [2]],
  when: { __extn: { fn: 'datetime', arg: '2026-03-01' } },
};
const question = {
  principal: { type: 'user', id: 'dana' },
  action: { type: 'Action', id: 'read' },
  resource: { type: 'file', id: 'absent' },
  context,
  entities,
};

function jsonOf(text: string): PolicyJson {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.json;
}

function compiled(texts: Readonly<Record<string, string>>, index?: 'scope' | 'linear') {
  const policies = Object.entries(texts).map(([id, text]): JsonPolicy => ({
    id,
    json: jsonOf(text),
  }));
  return compilePolicySet(policies, index === undefined ? {} : { index });
}

/** What Cedar says. */
function reference(texts: Readonly<Record<string, string>>) {
  const answer = isAuthorized({
    ...question,
    context: context as never,
    entities: entities as never,
    policies: { staticPolicies: { ...texts } },
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  return {
    decision,
    reason: [...diagnostics.reason].sort(),
    errors: diagnostics.errors.map(({ policyId }) => policyId).sort(),
  };
}

function answerOf(texts: Readonly<Record<string, string>>, index?: 'scope' | 'linear') {
  const answer = compiled(texts, index).authorize(question);
  if ('failure' in answer) throw new Error(answer.failure.join(' '));
  return { ...answer, errors: answer.errors.map(({ policyId }) => policyId) };
}

const LONG_MAX = '9223372036854775807';

describe('the compiled language', () => {
  const conditions: [string, 'true' | 'false' | 'error'][] = [
    // Types and short circuits
    ['1 == "1"', 'false'],
    ['{a: 1, b: [2]} == {b: [2], a: 1}', 'true'],
    ['false && 1', 'false'],
    ['true && 1', 'error'],
    ['1 && false', 'error'],
    ['true || 1', 'true'],
    ['false || 1', 'error'],
    ['false || context.none', 'error'],
    ['if 1 then true else true', 'error'],
    ['if true then true else context.none', 'true'],
    ['if context.n == 1 then 7 else 8', 'error'],
    ['!1', 'error'],
    ['1', 'error'],
    // Longs
    [`${LONG_MAX.slice(0, -3)}000 + 0 > 0`, 'true'],
    ['9007199254740992 + 1 > 9007199254740992', 'true'],
    ['9007199254740992 * 1024 * 1024', 'error'],
    ['(9007199254740992 * 1023) + 9007199254740992 > 0', 'error'],
    ['(9007199254740992 * 1023) + 9007199254740991 > 0', 'true'],
    ['-9007199254740992 * 1024 < 0', 'true'],
    ['-(-9007199254740992 * 1024) > 0', 'error'],
    ['(-9007199254740992 * 1024) - 1 < 0', 'error'],
    ['0 * -1 == 0 && [0].contains(0 * -1)', 'true'],
    ['[9007199254740992 + 1].contains(9007199254740992 + 1)', 'true'],
    ['"a" < "b"', 'error'],
    ['decimal("1.0") < decimal("2.0")', 'error'],
    ['1 < duration("1s")', 'error'],
    // Sets
    ['[1, 1, 2] == [2, 1]', 'true'],
    ['[[1, 2], [2, 1]] == [[1, 2]]', 'true'],
    ['[1, [2, {a: ip("::1")}]].containsAll([[{a: ip("::1")}, 2]])', 'true'],
    ['["1"].contains(1) || [true].contains("t")', 'false'],
    ['context.set.containsAny([[2], 9])', 'true'],
    ['context.set.containsAll([])', 'true'],
    ['context.set.containsAny([])', 'false'],
    ['[].isEmpty() && !context.set.isEmpty()', 'true'],
    ['1.contains(1)', 'error'],
    ['[1].containsAll(1)', 'error'],
    ['principal.nested.list.contains([2, 1])', 'true'],
    // Attributes
    ['principal.none == 1', 'error'],
    ['principal has level && principal.boss.level == 9', 'true'],
    ['principal has gone.level', 'false'],
    ['principal.gone.level == 1', 'error'],
    ['principal has nested.deep.deeper.deepest', 'true'],
    ['principal has nested.deep.other.deepest', 'false'],
    ['principal has level.deep', 'error'],
    ['resource has owner', 'false'],
    ['resource.owner == 1', 'error'],
    ['context has n && context has "text"', 'true'],
    ['context has n.deep', 'error'],
    ['1 has a', 'error'],
    ['principal has constructor && principal["constructor"] == 1', 'true'],
    ['principal has toString || context has constructor || {} has "__proto__"', 'false'],
    ['principal["__proto__"] == "own" && {"__proto__": 1}["__proto__"] == 1', 'true'],
    // Tags
    ['principal.hasTag("team") && principal.getTag("team") == "blue"', 'true'],
    ['principal.getTag("none") == "x"', 'error'],
    ['resource.hasTag("team")', 'false'],
    ['resource.getTag("team") == "x"', 'error'],
    ['principal.hasTag(1)', 'error'],
    ['context.hasTag("a")', 'error'],
    // Hierarchy
    ['principal in group::"staff" && principal in principal && resource in resource', 'true'],
    ['group::"staff" in principal', 'false'],
    ['principal in [group::"other", group::"staff"]', 'true'],
    ['principal in [group::"staff", 1]', 'error'],
    ['principal in [group::"staff", context.n]', 'error'],
    ['principal in []', 'false'],
    ['principal in 1', 'error'],
    ['1 in principal', 'error'],
    ['principal is user in group::"staff" && !(principal is group)', 'true'],
    ['principal is user in 1', 'error'],
    ['principal is group in 1', 'false'],
    ['1 is user', 'error'],
    // Patterns
    ['context.text like "ab\\*c" && context.text like "*b*" && context.text like "a***c"', 'true'],
    ['"abc" like "ab\\*c" || "ab" like "a*b*b" || "" like "?"', 'false'],
    ['"" like "*" && "aXbXc" like "a*b*c" && "💧x💧" like "💧*💧" && "aa" like "a*a"', 'true'],
    ['"a" like "a*a"', 'false'],
    ['1 like "1"', 'error'],
    // Decimals
    ['decimal("1.0") == decimal("1.0000") && decimal("-0.5").lessThan(decimal("0.4"))', 'true'],
    ['decimal("922337203685477.5807").greaterThan(decimal("-922337203685477.5808"))', 'true'],
    ['decimal("922337203685477.5808") == decimal("1.0")', 'error'],
    ['decimal("1") == decimal("1.0")', 'error'],
    ['decimal("1.00000") == decimal("1.0")', 'error'],
    ['decimal(context.text) == decimal("1.0")', 'error'],
    ['decimal("1.0").lessThan(1)', 'error'],
    // Addresses
    ['ip("10.0.0.1") == ip("10.0.0.1/32") && ip("10.0.0.1/8") != ip("10.0.0.0/8")', 'true'],
    [
      'ip("10.9.9.9").isInRange(principal.home) && ip("10.0.0.0/9").isInRange(ip("10.0.0.0/8"))',
      'true',
    ],
    ['ip("10.0.0.0/7").isInRange(ip("10.0.0.0/8"))', 'false'],
    ['ip("::1").isInRange(ip("0.0.0.0/0")) || ip("::ffff:7f00:1").isLoopback()', 'false'],
    [
      'ip("::1").isLoopback() && ip("127.1.2.3/8").isLoopback() && !ip("127.0.0.0/7").isLoopback()',
      'true',
    ],
    [
      'ip("ff02::1").isMulticast() && ip("224.0.0.1").isMulticast() && !ip("224.0.0.0/3").isMulticast()',
      'true',
    ],
    ['ip("1:2:3:4:5:6:7:8/128").isIpv6() && ip("::/0").isIpv6() && ip("0.0.0.0").isIpv4()', 'true'],
    ['ip("::ffff:1.2.3.4").isIpv6()', 'error'],
    ['ip("1:2:3:4:5:6::8").isIpv6()', 'true'],
    ['ip("1:2:3:4:5:6:7::8").isIpv6()', 'error'],
    ['ip("1:2:3:4:5:6:7:8::").isIpv6()', 'error'],
    ['ip("010.0.0.1").isIpv4()', 'error'],
    ['ip("10.0.0.1/08").isIpv4()', 'error'],
    ['ip("10.0.0.1/33").isIpv4()', 'error'],
    ['ip("10.0.0.1/").isIpv4()', 'error'],
    // Times
    ['datetime("2026-03-01T01:00:00+0100") == context.when', 'true'],
    ['datetime("2026-02-29") == context.when', 'error'],
    ['datetime("0000-02-29").toDate() == datetime("0000-02-29")', 'true'],
    ['datetime("1969-12-31T23:59:59.999Z").toTime() == duration("23h59m59s999ms")', 'true'],
    ['datetime("1969-12-31T23:00:00Z").toDate() == datetime("1969-12-31")', 'true'],
    ['datetime("2026-03-01T24:00:00Z") == context.when', 'error'],
    ['datetime("2026-03-01T00:00:60Z") == context.when', 'error'],
    ['datetime("2026-03-01T00:00:00+2400") == context.when', 'error'],
    ['datetime("2026-03-01T00:00:00.5Z") == context.when', 'error'],
    ['datetime("2026-03-01T00:00:00") == context.when', 'error'],
    ['context.when.offset(duration("-1d2h")).durationSince(context.when).toHours() == -26', 'true'],
    ['context.when.offset(duration("106751991167d7h12m55s807ms")) > context.when', 'error'],
    ['duration("-1m30s").toMinutes() == -1 && duration("1h1s").toSeconds() == 3601', 'true'],
    ['duration("-9223372036854775808ms") < duration("0ms")', 'true'],
    ['duration("9223372036854775808ms") < duration("0ms")', 'error'],
    ['duration("00000000000000000000000001ms") == duration("1ms")', 'true'],
    ['duration("1s1h") == duration("1ms")', 'error'],
    ['duration("") == duration("-")', 'error'],
    ['duration("1d").toDays() == 1 && duration("86399999ms").toDays() == 0', 'true'],
    // Arity is looked at when the call is evaluated
    ['false && ip("::1", "::2")', 'false'],
    ['ip("::1", "::2") == ip("::1")', 'error'],
    ['ip("::1").isInRange(ip("::/0"), ip("::/0"))', 'error'],
  ];

  it.each(conditions)('%s is %s', (condition, expected) => {
    const texts = { p: `permit (principal, action, resource) when { ${condition} };` };
    const answer = answerOf(texts);
    expect(answer).toEqual(reference(texts));
    expect(answer).toEqual({
      decision: expected === 'true' ? 'allow' : 'deny',
      reason: expected === 'true' ? ['p'] : [],
      errors: expected === 'error' ? ['p'] : [],
    });
  });

  it('lets forbids win, skips what fails on either side, and reports it', () => {
    const all = 'principal, action, resource';
    const texts = {
      a: `permit (${all});`,
      b: `permit (${all}) when { context.none };`,
      c: `forbid (${all}) when { context.none };`,
      d: `forbid (${all}) when { context.n == 2 };`,
    };
    expect(answerOf(texts)).toEqual({ decision: 'allow', reason: ['a'], errors: ['b', 'c'] });
    expect(answerOf(texts)).toEqual(reference(texts));
    const forbidden = { ...texts, e: `forbid (${all}) unless { false };`, f: `forbid (${all});` };
    expect(answerOf(forbidden)).toEqual({
      decision: 'deny',
      reason: ['e', 'f'],
      errors: ['b', 'c'],
    });
    expect(answerOf(forbidden)).toEqual(reference(forbidden));
  });

  it('finds by scope what looking at every policy finds, each policy once', () => {
    const lines = {
      principal: [
        'principal',
        'principal == user::"dana"',
        'principal in group::"staff"',
        'principal is user',
        'principal is user in group::"engineering"',
        'principal == user::"omar"',
        'principal is group in user::"dana"',
      ],
      action: [
        'action',
        'action == Action::"read"',
        'action in [Action::"read", Action::"write", Action::"read"]',
        'action in Action::"any"',
      ],
      resource: [
        'resource',
        'resource == file::"absent"',
        'resource in file::"absent"',
        'resource is file',
        'resource is dir',
        'resource is dir in file::"absent"',
      ],
    };
    const texts = Object.fromEntries(
      lines.principal.flatMap((principal) =>
        lines.action.flatMap((action) =>
          lines.resource.map((resource) => [
            `${principal}|${action}|${resource}`,
            `permit (${principal}, ${action}, ${resource});`,
          ]),
        ),
      ),
    );
    const answer = answerOf(texts, 'scope');
    expect(answer).toEqual(answerOf(texts, 'linear'));
    expect(answer).toEqual(reference(texts));
    expect(answer.reason).toHaveLength(5 * 3 * 4);
  });

  it('links templates, under the ids of the links', () => {
    const text =
      'permit (principal in ?principal, action, resource == ?resource) when { principal.level == 3 };';
    const answer = templateToJson(text);
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const link = (id: string, group: string) => ({
      templateId: 't',
      id,
      values: {
        '?principal': { type: 'group', id: group },
        '?resource': { __entity: { type: 'file', id: 'absent' } },
      },
    });
    const set = compilePolicySet([], {
      templates: [{ id: 't', json: answer.json }],
      links: [link('yes', 'staff'), link('no', 'sales')],
    });
    expect(set.authorize(question)).toEqual({ decision: 'allow', reason: ['yes'], errors: [] });
    expect(() => compilePolicySet([{ id: 't', json: answer.json }])).toThrow(
      't: the compiler does not support the unlinked slot ?principal',
    );
  });

  it('takes integers beyond 2^53 without rounding', () => {
    const json = jsonOf('permit (principal, action, resource) when { context.n == 0 };');
    const [condition] = json.conditions;
    (condition?.body as { '==': { right: unknown } })['=='].right = { Value: 9007199254740993n };
    const set = compilePolicySet([{ id: 'p', json }]);
    const ask = (n: unknown) => set.authorize({ ...question, context: { n } });
    expect(ask(9007199254740993n)).toMatchObject({ decision: 'allow' });
    expect(ask(9007199254740992)).toMatchObject({ decision: 'deny', errors: [] });
    expect(ask(2n ** 63n)).toEqual({ failure: ['9223372036854775808 is no 64-bit integer'] });
  });

  it('refuses what it does not know, by name', () => {
    const json = jsonOf('permit (principal, action, resource) when { 1 == 2 };');
    const odd = (body: unknown) => ({
      ...json,
      conditions: [{ kind: 'when' as const, body: body as never }],
    });
    const compile = (body: unknown) => () => compilePolicySet([{ id: 'p', json: odd(body) }]);
    expect(compile({ '**': { left: { Value: 1 }, right: { Value: 1 } } })).toThrow(
      UnsupportedFeatureError,
    );
    expect(compile({ '**': { left: { Value: 1 }, right: { Value: 1 } } })).toThrow(
      'p: the compiler does not support the operator **',
    );
    expect(compile({ unknown: [{ Value: 'x' }] })).toThrow('the function unknown');
    expect(compile({ Slot: '?principal' })).toThrow('the unlinked slot ?principal');
    expect(compile({ Var: 'weather' })).toThrow('the variable weather');
    expect(compile({ Value: null })).toThrow('null is no value');
  });
});

describe('a question to the compiled language', () => {
  const set = compiled({ p: 'permit (principal, action, resource);' });
  const user = { type: 'user', id: 'dana' };
  const node = (id: string, parents: string[], more: object = {}) => ({
    uid: { type: 'group', id },
    attrs: {},
    parents: parents.map((parent) => ({ type: 'group', id: parent })),
    ...more,
  });
  const faults: [string, object][] = [
    ['null', { context: { a: null } }],
    ['a fraction', { context: { a: 1.5 } }],
    ['no record', { context: [] }],
    ['a bad address', { context: { a: { __extn: { fn: 'ip', arg: '300.0.0.1' } } } }],
    ['an unknown function', { context: { a: { __extn: { fn: 'nope', arg: '1' } } } }],
    ['the old escape', { context: { a: { __expr: '1' } } }],
    ['a bad type name', { principal: { type: 'no-name', id: 'x' } }],
    ['a reserved type name', { principal: { type: 'in', id: 'x' } }],
    ['a bad type in a value', { context: { a: { __entity: { type: '', id: 'x' } } } }],
    ['an entity that is its own parent', { entities: [node('a', ['a'])] }],
    ['a circle of parents', { entities: [node('a', ['b']), node('b', ['c']), node('c', ['a'])] }],
    ['two entities of one name', { entities: [node('a', []), node('a', [], { attrs: { x: 1 } })] }],
    [
      'an action below a group',
      {
        entities: [
          { uid: { type: 'Action', id: 'a' }, attrs: {}, parents: [{ type: 'group', id: 'g' }] },
        ],
      },
    ],
  ];

  it.each(faults)('fails on %s, as it does for Cedar', (_, odd) => {
    const asked = { ...question, ...odd };
    expect(set.authorize(asked)).toEqual({ failure: [expect.any(String)] });
    const answer = isAuthorized({
      ...(asked as unknown as Parameters<typeof isAuthorized>[0]),
      policies: { staticPolicies: 'permit (principal, action, resource);' },
    });
    expect(answer.type).toBe('failure');
  });

  it('takes an entity twice if it is the same, and malformed escapes as records', () => {
    const entities = [node('a', ['b', 'c']), node('a', ['c', 'b', 'c']), node('b', [])];
    const odd = {
      a: { __entity: { type: 'x' } },
      b: { __extn: 'ip' },
      c: { __entity: user, d: 1 },
    };
    const asked = { ...question, entities, context: odd };
    expect(set.authorize(asked)).toMatchObject({ decision: 'allow' });
  });
});
