import { describe, expect, it } from '@jest/globals';
import type { Facts } from '@sallyport/contracts';
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { CedarWasmEngine } from './cedar-wasm-engine.js';
import { cedarTokens } from './cedar-tokens.js';
import { checkBundle } from './check.js';
import { type Expression, nodes } from './expression.js';
import { EntityStore } from './entity-store.js';
import { depthsOf } from './expression-depth.js';

const FACTS: Facts = {
  nowMs: 0,
  authn: { method: 'asserted', verified: false },
  grants: [],
  missing: [],
  registerVersion: 1,
};

// Each wraps a boolean expression into another one that has to look into it.
const WRAPS: readonly ((inner: string) => string)[] = [
  (x) => `(${x})`,
  (x) => `!(${x})`,
  (x) => `(if ${x} then context has a else context has b)`,
  (x) => `{"k": ${x}}["k"]`,
  (x) => `[${x}].contains(true)`,
  (x) => `(${x} && !(context has b))`,
  (x) => `(context has b || ${x})`,
  (x) => `([true].containsAll([${x}]))`,
  (x) => `({"a": 1, "k": ${x}} has k)`,
  (x) => `(ip(if ${x} then "::1" else "::2").isLoopback())`,
];
const CHAINS: readonly ((length: number) => string)[] = [
  (n) => `(${'1 + '.repeat(n)}1 == 2 * -3)`,
  (n) => `(${'principal == u::"x" || '.repeat(n)}(context has a))`,
  (n) => `(${'!(context has zz) && '.repeat(n)}true)`,
  (n) => `(context${'.a'.repeat(n)} == 1)`,
  (n) => `(context has a${'.a'.repeat(n)})`,
  (n) => `(${'if context has zz then true else '.repeat(n)}true)`,
  (n) => `(context${'.contains(1)["a"]'.repeat(n)} == 1)`,
];

const policies = fc
  .tuple(
    fc.array(fc.constantFrom(...WRAPS), { maxLength: 30 }),
    fc.constantFrom(...CHAINS),
    fc.nat(70),
    fc.nat(20),
  )
  .map(([wraps, chain, length, clauses]) => {
    const condition = wraps.reduce((inner, wrap) => wrap(inner), chain(length));
    return `@a("(((") @b permit (principal, action, resource) ${'unless { context has zz } '.repeat(clauses)}when { ${condition} };`;
  });

describe('the limits of policies', () => {
  it('bound the depth of the syntax tree, by the tokens alone', () => {
    fc.assert(
      fc.property(policies, (text) => {
        const { brackets, expression } = depthsOf(cedarTokens(text));
        fc.pre(brackets <= 64 && expression <= 90);
        const answer = policyToJson(text);
        if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
        const { conditions } = answer.json;
        const deepest = conditions.map(({ body }) =>
          Math.max(...Array.from(nodes(body as Expression), ([, depth]) => depth)),
        );
        expect(expression).toBeGreaterThanOrEqual(Math.max(...deepest) + conditions.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  it('are blind to texts and comments, and total', () => {
    expect(
      depthsOf(cedarTokens('permit (principal, action, resource) when { "((((" == "))" }; // (((')),
    ).toMatchObject({ brackets: 1 });
    expect(depthsOf(cedarTokens(`${'{ if ('.repeat(50_000)}`)).brackets).toBe(100_000);
    expect(depthsOf(cedarTokens(`${')'.repeat(50)}`))).toEqual({ brackets: 0, expression: 51 });
  });

  it('let nothing through that breaks the parser, the validator or the evaluator, hot or cold', () => {
    const engine = new CedarWasmEngine();
    const schema = 'entity u; action read appliesTo {principal: u, resource: u};';
    let loaded = 0;
    fc.assert(
      fc.property(policies, (text) => {
        const bundle = { files: { 'a.cedar': text } };
        const messages = checkBundle({ ...bundle, schema }).problems.map(({ message }) => message);
        expect(messages.join()).not.toMatch(/failed/);
        if (messages.some((message) => message.includes('ested deeper'))) return;
        loaded++;
        const policy = engine.load('limits', bundle);
        const principal = { type: 'u', id: '1' };
        for (let round = 0; round < 10; round++) {
          const evaluation = policy.evaluate({
            principal: { ref: principal },
            action: 'read',
            resource: { ref: principal },
            facts: FACTS,
            actionProperties: undefined,
            request: { a: { a: 1 } },
            entities: new EntityStore(),
          });
          expect(evaluation).not.toHaveProperty('failure');
        }
      }),
      { numRuns: 300 },
    );
    expect(loaded).toBeGreaterThan(50);
  });
});
