import { expect, test } from '@jest/globals';
import { entryText } from '@sallyport/audit';
import {
  type Evaluation,
  type Facts,
  type JsonObject,
  type Obligation,
  REASONS,
  type ReasonCode,
} from '@sallyport/contracts';
import fc from 'fast-check';
import type { Pep } from '../../registers/facts.ports.js';
import type { Asked, Evaluated, Judged } from '../decision-state.js';
import type { Question } from '../question.js';
import { canonicalText } from './canonical-text.js';
import { decisionEntry } from './decision-entry.js';
import { encodeDecision } from './encode-decision.js';

const reason = fc.constantFrom(...(Object.keys(REASONS) as ReasonCode[]));
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('"', '\\', '\u0000', '\u007f', '\u2028', 'é', '😀', '<>&', ''),
);
const atMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => isWellFormed(JSON.stringify(value)));
const object = fc.dictionary(text, json, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;
const ref = fc.record({ type: text, id: text });
const entity = some({ type: text, id: text }, { properties: object });
const policy = some({ id: text, effect: fc.constantFrom('permit', 'forbid') }, { reason: text });
const duty = some(
  { id: text, type: text },
  { properties: object },
) as fc.Arbitrary<unknown> as fc.Arbitrary<Obligation>;
const many = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.array(item, { maxLength: 3 }) }, lots(item));
const evaluation = fc.record({
  outcome: fc.constantFrom('permit', 'deny', 'indeterminate'),
  determining: many(policy),
  erroring: many(fc.record({ id: text, message: text })),
  obligations: fc.array(duty, { maxLength: 3 }),
  advice: fc.constant([]),
  controls: fc.constant([]),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<Evaluation>;

const facts = some(
  {
    nowMs: atMs,
    authn: some(
      { method: fc.constantFrom('token', 'asserted'), verified: fc.boolean() },
      { issuer: text, acr: text, amr: fc.array(text), authTime: atMs, expiresAtMs: atMs },
    ),
    grants: fc.array(fc.record({ id: text, role: ref, endsAtMs: atMs, breakGlass: fc.boolean() }), {
      maxLength: 2,
    }),
    missing: fc.array(reason, { maxLength: 3 }),
    registerVersion: fc.nat(),
  },
  {
    device: some(
      { id: text, checkedAtMs: atMs, freshUntilMs: atMs },
      {
        managed: fc.boolean(),
        compliant: fc.boolean(),
        os: text,
        osVersion: text,
        diskEncrypted: fc.boolean(),
        screenLock: fc.boolean(),
        firewall: fc.boolean(),
      },
    ),
    network: some(
      { ip: text },
      { country: text, continent: text, region: text, asn: fc.nat(), anonymizer: fc.boolean() },
    ),
    risk: fc.record({
      score: fc.nat(100),
      level: fc.constantFrom('low', 'medium', 'high'),
      reasons: fc.array(reason, { maxLength: 2 }),
    }),
    consent: some(
      { status: fc.constantFrom('permit', 'deny', 'none', 'unknown') },
      { purpose: text, directive: text, expiresAtMs: atMs },
    ),
  },
) as fc.Arbitrary<unknown> as fc.Arbitrary<Facts>;

const question = some(
  { action: some({ name: text }, { properties: object }), resource: entity, context: object },
  { subject: entity },
);
const state = some(
  {
    decisionId: fc.uuid(),
    atMs,
    startedAt: fc.double({ min: 0, max: 1_000, noNaN: true }),
    pep: fc.record({ name: text, mode: fc.constantFrom('enforce', 'warn', 'monitor') }),
    question,
    isRecorded: fc.constant(true),
  },
  { requestId: text, facts, shadow: evaluation },
);
const judgedByPolicy = fc
  .record({
    known: state,
    facts,
    evaluation,
    policyVersion: text,
    reasons: fc.array(reason, { maxLength: 3 }),
  })
  .map(({ known, ...found }) => ({
    by: 'policy' as const,
    state: { ...known, ...found } as unknown as Evaluated,
    permitted: found.evaluation.outcome === 'permit',
  }));
const judged = fc.oneof(
  judgedByPolicy,
  fc.tuple(state, reason).map(([known, why]): Judged => ({
    by: 'step',
    state: known as unknown as Asked,
    permitted: false,
    reason: why,
  })),
);
const answer = some(
  { decision: fc.boolean(), endedAt: fc.double({ min: 0, max: 2_000, noNaN: true }) },
  { tokenId: text },
);

test('writes the bytes that the log would make of the entry', () => {
  fc.assert(
    fc.property(judged, answer, (one, given) => {
      const expected = entryText({ ...decisionEntry(one, given as never) });
      expect(encodeDecision(one, given as never)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('writes what is new in each of the entries that have nearly all in common', () => {
  fc.assert(
    fc.property(
      judgedByPolicy,
      judgedByPolicy,
      answer,
      answer,
      (one, other, given, differently) => {
        const expectSame = (judgement: Judged, told: object) =>
          expect(encodeDecision(judgement, told as never)).toBe(
            entryText({ ...decisionEntry(judgement, told as never) }),
          );
        const nextResource = { ...one, state: about(one.state, other.state.question, 'resource') };
        for (const variant of variantsOf(one, other)) {
          for (const judgement of [one, variant, nextResource]) expectSame(judgement, given);
        }
        for (const member of ['decision', 'tokenId'])
          for (const told of [given, { ...given, [member]: differently[member] }])
            expectSame(one, told);
      },
    ),
    { numRuns: 300 },
  );
});

test('keeps an entry within its limit, whatever is large in it', () => {
  const large = { text: 'ü'.repeat(40_000) };
  const known = {
    decisionId: 'x',
    atMs: 0,
    startedAt: 0,
    pep: { name: 'gateway', mode: 'enforce' } as Pep,
    question: {
      action: { name: 'read' },
      resource: { type: 'record', id: '1', properties: large },
      context: large,
    },
  } as unknown as Asked;
  const one: Judged = { by: 'step', state: known, permitted: false, reason: 'broker-error' };
  const given = { decision: false, endedAt: 1 };
  const encoded = encodeDecision(one, given);
  expect(Buffer.byteLength(encoded)).toBeLessThan(60_000);
  expect(encoded).toBe(entryText({ ...decisionEntry(one, given) }));
});

test('has no text for what no log could hold', () => {
  expect(() => canonicalText(['\ud800'])).toThrow(RangeError);
  expect(() => canonicalText({ '\udc00': 1 })).toThrow(RangeError);
  expect(() => canonicalText([Number.POSITIVE_INFINITY])).toThrow(RangeError);
  expect(() => canonicalText({ a: undefined } as never)).toThrow(RangeError);
});

type ByPolicy = Judged & { readonly by: 'policy' };

/** The first judgement, with one thing at a time of the second. */
function variantsOf(one: ByPolicy, other: ByPolicy): ByPolicy[] {
  const ofState = [
    'decisionId',
    'atMs',
    'pep',
    'requestId',
    'shadow',
    'facts',
    'evaluation',
    'policyVersion',
    'reasons',
  ] as const;
  const asked = ['subject', 'action', 'context', 'resource'] as const;
  const states = [
    ...ofState.map((member) => ({ ...one.state, [member]: other.state[member] })),
    ...asked.map((part) => about(one.state, other.state.question, part)),
    { ...one.state, reasons: [...one.state.reasons] },
  ];
  return [...states.map((state) => ({ ...one, state })), { ...one, permitted: !one.permitted }];
}

function about(state: Evaluated, question: Question, part: keyof Question): Evaluated {
  return { ...state, question: { ...state.question, [part]: question[part] } };
}

function some<R extends Record<string, fc.Arbitrary<unknown>>>(
  required: R,
  optional: Record<string, fc.Arbitrary<unknown>>,
) {
  return fc
    .record({ ...required, ...optional }, { requiredKeys: Object.keys(required) as never[] })
    .map((members) => members as Record<string, unknown>);
}

function lots<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return item.map((one) => Array.from({ length: 120 }, () => one));
}

function isWellFormed(value: string): boolean {
  return !/\\ud[89a-f]/i.test(value);
}
