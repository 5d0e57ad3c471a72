// One table of refusals and their places: long because it is complete.
import { describe, expect, it } from '@jest/globals';
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { checkBundle } from './check.js';
import { splitPolicies } from './split-policies.js';

function problems(text: string, schema?: string): string[] {
  return findings(text, schema).problems.map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  );
}

function findings(text: string, schema?: string) {
  return checkBundle({
    files: { 'policies/a.cedar': text },
    ...(schema === undefined ? {} : { schema, schemaFile: 'policies/schema.cedarschema' }),
  });
}

const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`;

describe('checking a bundle', () => {
  it('tells every problem of every policy, with the place in the file', () => {
    const text = `// é\r\n${when('context.x +')}\n@id("a") ${when('true')}\n\n@id("a") ${when('true')}\n@mode("maybe")\n@ttl("0s")\n${when('true')}\n`;
    expect(problems(text)).toEqual([
      '2:57 unexpected token `}` (expected `!`, `(`, `-`, `[`, `{`, `false`, identifier, `if`, number, `?principal`, `?resource`, string literal, or `true`)',
      '5:1 The policy id "a" is already at policies/a.cedar:3.',
      '6:1 @mode must be "enforce", "warn", "monitor", "shadow".',
      '7:1 @ttl must be a duration such as 300, 90s, 10m or 4h.',
    ]);
  });

  const bad: [string, string, string][] = [
    [
      'templates',
      'permit (principal == ?principal, action, resource);',
      '1:22 Templates and slots are not supported.',
    ],
    [
      'text after the last policy',
      `${when('true')} permit`,
      '1:59 unexpected end of input (expected `(`)',
    ],
    [
      'a number that JSON would round',
      when('context.request.n == 9007199254740993'),
      '1:66 The number 9007199254740993 is beyond 2^53 and would be rounded.',
    ],
    [
      'an unknown name in context',
      when('true && context.devise.managed'),
      '1:53 There is no context.devise. Did you mean "device"?',
    ],
    [
      'a client’s name directly in context',
      when('context has "amount"'),
      '1:45 There is no context.amount. What a client sends is in context.request.',
    ],
    [
      'a malformed obligation',
      `@obligation("{oops") ${when('true')}`,
      '1:1 @obligation must be a type such as "step-up", or JSON such as {"type": "step-up", "properties": {…}} or {"type": "mask", "mask": {"ssn": {"method": "redact"}}}.',
    ],
    [
      'an empty control',
      `@control ${when('true')}`,
      '1:1 @control must name controls, such as "SOC2:CC6.1".',
    ],
    [
      'an empty id',
      `@id ${when('true')}`,
      '1:1 @id must be 1 to 256 characters without control characters.',
    ],
    [
      'brackets without end',
      when(`${'('.repeat(200)}true${')'.repeat(200)}`),
      '1:1 Brackets are nested deeper than 32 levels.',
    ],
    [
      'chains without end',
      when(`${'1 + '.repeat(5000)}1 == 1`),
      '1:1 Nested deeper than 64 operators; split the policy, or compare with a set.',
    ],
    [
      'chains that parse but can’t be evaluated',
      when(`${'principal == u::"x" || '.repeat(300)}true`),
      '1:1 Nested deeper than 64 operators; split the policy, or compare with a set.',
    ],
    [
      'conditions without end',
      `permit (principal, action, resource) ${'when { context has x } '.repeat(500)};`,
      '1:1 Nested deeper than 64 operators; split the policy, or compare with a set.',
    ],
    [
      'if without end',
      when(`${'if true then true else '.repeat(500)}true`),
      '1:1 Nested deeper than 64 operators; split the policy, or compare with a set.',
    ],
  ];
  it.each(bad)('refuses %s, and the parser survives', (_, text, expected) => {
    expect(problems(text)[0]).toBe(expected);
    expect(policyToJson('permit (principal, action, resource);').type).toBe('success');
  });

  it('allows numbers up to 2^53, every shipped name, and long sets', () => {
    const names = [
      'now',
      'authn.amr',
      'device.id',
      'network.ip',
      'risk.score',
      'consent.status',
      'grant.id',
      'action.x',
      'request["y z"]',
    ];
    const set = Array.from({ length: 3000 }, (_, index) => `u::"${String(index)}"`).join(', ');
    const text = `${names.map((name) => when(`context.${name} == 9007199254740992 || context has ${name.split(/[.[]/)[0] ?? ''}`)).join('\n')} ${when(`principal in [${set}]`)}`;
    expect(findings(text)).toMatchObject({ ok: true, problems: [], warnings: [] });
  });

  describe('with a schema', () => {
    const schema = `entity group; entity user in [group] { level: Long }; entity database;
      type Ask = { request: { amount?: Long, "__entity"?: String }, now: String, mood: String };
      action read appliesTo { principal: user, resource: database, context: Ask };
      namespace Shop { type C = { request: { n: Long } }; action buy appliesTo { principal: user, resource: database, context: C }; }`;

    it('knows the shipped context, what the tenant adds under request, and the entities', () => {
      const text =
        when(
          'principal.level > 1 && context has device.diskEncrypted && context.device.diskEncrypted && context.now > datetime("2026-01-01") && context.authn.verified',
        ) +
        '\npermit (principal, action == Action::"read", resource) when { context.request has amount && context.request.amount < 5 };' +
        '\npermit (principal, action == Shop::Action::"buy", resource) when { context.request.n < 5 };';
      expect(findings(text, schema)).toMatchObject({ ok: true, problems: [] });
      expect(findings(text, schema).warnings).toEqual([
        {
          file: 'policies/schema.cedarschema',
          message: 'context.mood is never given; what a client sends is in context.request.mood.',
        },
        {
          file: 'policies/schema.cedarschema',
          message: 'context.now comes with the product; its declaration here is not used.',
        },
      ]);
    });

    it('tells type errors, unknown names and unguarded optional attributes, each where it stands', () => {
      const text = `// é ü\n${when('principal.levl == 1')}\npermit (principal == usr::"é", action == Action::"read", resource) when { "ü" == "ü" && context.device.managed };\n${when('context.network.asn == 1')}`;
      expect(problems(text, schema)).toEqual([
        '2:45 attribute `levl` on entity type `user` not found – did you mean `level`?',
        '3:22 unrecognized entity type `usr` – did you mean `user`?',
        expect.stringContaining(
          '3:89 unable to guarantee safety of access to optional attribute `device.managed`',
        ),
        expect.stringContaining(
          '3:89 unable to guarantee safety of access to optional attribute `device`',
        ),
        ...[
          '`network.asn` in context for Action::"read"',
          '`network.asn` in context for Shop',
          '`network` in context for Action::"read"',
          '`network` in context for Shop',
        ].map((what) =>
          expect.stringContaining(
            `4:45 unable to guarantee safety of access to optional attribute ${what}`,
          ),
        ),
      ]);
    });

    it('does not take a tenant’s word for a context that is never given', () => {
      const text =
        'permit (principal, action == Action::"read", resource) when { context.mood == "good" };';
      expect(problems(text, schema)).toEqual([
        expect.stringContaining(
          'unable to guarantee safety of access to optional attribute `mood`',
        ),
      ]);
    });

    it('tells what is wrong with the schema itself', () => {
      expect(findings('', 'entity u;\nentity r foo;')).toMatchObject({
        ok: false,
        problems: [
          {
            file: 'policies/schema.cedarschema',
            line: 2,
            column: 10,
            message: expect.stringContaining('unexpected token `foo`'),
          },
        ],
      });
      expect(problems('', `type A = ${'{a: '.repeat(1000)}Long${'}'.repeat(1000)};`)).toEqual([
        '1:1 Brackets are nested deeper than 32 levels.',
      ]);
      expect(findings(when('true'), 'entity u in [nobody];')).toMatchObject({ ok: false });
      expect(policyToJson('permit (principal, action, resource);').type).toBe('success');
    });
  });

  it('gives the same address to the same content and another one to any other', () => {
    const files = { 'b.cedar': '1', 'a.cedar': '2' };
    const version = checkBundle({ files, schema: 's', schemaFile: 'x' }).version;
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(
      checkBundle({ files: { 'a.cedar': '2', 'b.cedar': '1' }, schema: 's', schemaFile: 'y' })
        .version,
    ).toBe(version);
    for (const other of [
      { files },
      { files, schema: '' },
      { files: { 'a.cedar': '21', 'b.cedar': '' }, schema: 's' },
    ])
      expect(checkBundle(other).version).not.toBe(version);
  });
});

describe('splitting a file', () => {
  it('finds the policies in order, whatever stands in texts and comments', () => {
    const filler = fc.constantFrom(' ', '\n', '// ; "\n', '// é;\r', '\t');
    const policy = fc.constantFrom(
      'permit (principal, action, resource);',
      '@x("; // ") forbid (principal, action, resource);',
      'permit (principal, action, resource) when { context.a == "\\";" };',
      'permit (principal, action == Action::"😀;", resource);',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(filler, policy), { maxLength: 15 }), filler, (parts, end) => {
        const text = parts.map(([space, source]) => space + source).join('') + end;
        const found = splitPolicies('a', text);
        expect(found.map((source) => source.text)).toEqual(parts.map(([, source]) => source));
        for (const { text: source, offset } of found)
          expect(text.startsWith(source, offset)).toBe(true);
        for (const { text: source } of found) expect(policyToJson(source).type).toBe('success');
      }),
    );
  });
});
