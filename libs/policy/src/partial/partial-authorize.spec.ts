import { describe, expect, it } from '@jest/globals';
import { type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { generateRound } from '../../test/differential/generate.js';
import { Rng } from '../../test/differential/rng.js';
import type { Question, Round } from '../../test/differential/round.js';
import { type CompiledPolicySet, compilePolicySet } from '../compiled/authorize.js';
import type { Environment } from '../compiled/environment.js';
import { UnsupportedFeatureError } from '../compiled/fault.js';
import { decodeJsonEntity, JsonEntities } from '../compiled/json-entities.js';
import { decodeEntity, decodeRecord } from '../compiled/literal.js';
import { EMPTY_RECORD, EntityValue } from '../compiled/value.js';
import { partialAuthorize, type PolicySource, resolvePartial } from './partial-authorize.js';
import { isOpen, type PartialEntity, type PartialQuestion } from './partial-question.js';

const ROUNDS = 400;
const SEED = 20_261_126;

function policiesOf({ policies, templates, links }: Round): PolicySource[] {
  const json = (source: { readonly json: unknown } | undefined) => source?.json as PolicyJson;
  return [
    ...policies.map((policy) => ({ id: policy.id, json: json(policy) })),
    ...links.map(({ newId, templateId, values }) => ({
      id: newId,
      json: json(templates.find(({ id }) => id === templateId)),
      slots: Object.fromEntries(
        Object.entries(values).map(([slot, uid]) => [slot, decodeEntity(uid)]),
      ),
    })),
  ];
}

function environmentOf(round: Round, question: Question): Environment {
  return {
    principal: decodeEntity(question.principal),
    action: decodeEntity(question.action),
    resource: decodeEntity(question.resource),
    context: decodeRecord(question.context),
    entities: new JsonEntities(round.entities.map(decodeJsonEntity)),
  };
}

/** Forgets part of what a question says, and with it what open entities hold and stand under. */
function forget(rng: Rng, environment: Environment, stored: Round['entities']): PartialQuestion {
  const part = (entity: EntityValue): PartialEntity => {
    const kind = rng.pick(['known', 'known', 'named', 'unknown', 'unknown'] as const);
    if (kind !== 'unknown') return { kind, entity };
    return { kind, type: rng.chance(0.8) ? entity.type : undefined };
  };
  const question: PartialQuestion = {
    ...environment,
    principal: part(environment.principal),
    resource: part(environment.resource),
    context: rng.chance(0.8) ? environment.context : undefined,
  };
  const known = stored.map(decodeJsonEntity).map((entity) => {
    const isHidden = isOpen(question, entity.uid);
    return isHidden
      ? { ...entity, attributes: EMPTY_RECORD, tags: EMPTY_RECORD, parents: [] }
      : entity;
  });
  return { ...question, entities: new JsonEntities(known) };
}

/** Every question that cedar's own rules let be asked, of every round. */
function* cases() {
  for (let index = 0; index < ROUNDS; index++) {
    const round = generateRound(SEED, index);
    const rng = new Rng(SEED + 1, index);
    if (round.schema !== undefined) continue;
    const set = compiled(round);
    if (set === undefined) continue;
    for (const question of round.questions) {
      const answer = set.authorize({ ...question, entities: round.entities as never });
      if ('failure' in answer) continue;
      yield { index, round, answer, rng, environment: environmentOf(round, question) };
    }
  }
}

/** Undefined for policies that are refused. */
function compiled({ policies, templates, links }: Round): CompiledPolicySet | undefined {
  try {
    return compilePolicySet(policies as never, {
      templates: templates as never,
      links: links.map(({ newId, ...link }) => ({ ...link, id: newId })),
    });
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) return undefined;
    throw error;
  }
}

describe('a partial decision', () => {
  it('resolved once all is known gives what a full evaluation gives', () => {
    let [count, settled, smaller] = [0, 0, 0];
    for (const { index, round, answer, rng, environment } of cases()) {
      const partial = partialAuthorize(policiesOf(round), forget(rng, environment, round.entities));
      const { decision, reason, errors } = resolvePartial(partial, environment);
      const got = { index, decision, reason: [...reason].sort(), errors: [...errors].sort() };
      expect(got).toEqual({
        index,
        decision: answer.decision,
        reason: [...answer.reason].sort(),
        errors: answer.errors.map(({ policyId }) => policyId).sort(),
      });
      if (partial.decision !== undefined) expect(partial.decision).toBe(answer.decision);
      count += 1;
      settled += partial.decision === undefined ? 0 : 1;
      smaller += partial.residuals.length < round.policies.length + round.links.length ? 1 : 0;
    }
    // The property would hold of a reducer that reduces nothing, too.
    expect(count).toBeGreaterThan(ROUNDS * 4);
    expect(settled / count).toBeGreaterThan(0.3);
    expect(smaller / count).toBeGreaterThan(0.8);
  });
});

describe('an unknown resource of a known type', () => {
  const entities = new JsonEntities(
    [
      {
        uid: { type: 'User', id: 'dana' },
        attrs: { level: 3 },
        parents: [{ type: 'Group', id: 'ops' }],
      },
      { uid: { type: 'Doc', id: 'plan' }, attrs: { level: 9 }, parents: [] },
      { uid: { type: 'Team', id: 'x' }, attrs: {}, parents: [{ type: 'Doc', id: 'plan' }] },
    ].map(decodeJsonEntity),
  );
  const question: PartialQuestion = {
    principal: { kind: 'known', entity: new EntityValue('User', 'dana') },
    action: new EntityValue('Action', 'read'),
    resource: { kind: 'unknown', type: 'Doc' },
    context: EMPTY_RECORD,
    entities,
  };
  const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`;

  it.each([
    ['what is known is worked out', 'principal.level + 1 == 4 && principal in Group::"ops"', true],
    ['what the type excludes is false', 'resource == User::"dana" || resource is Team', false],
    [
      'what is left is asked of the resource',
      'resource.level > principal.level',
      'resource.level > 3',
    ],
    ['a safe condition may be dropped', 'resource has a && principal.level == 4', false],
    [
      'one that may fail stays, for it may fail',
      'resource.a && principal.level == 4',
      'true && resource.a && false',
    ],
    [
      'what stands behind it stays, too',
      'resource.a || principal.none',
      'true && resource.a || !0',
    ],
    ['a failure is a failure of all of it', 'resource.a == principal.none', 'error'],
    [
      'what must be a boolean stays checked',
      '(true && resource.a) == 5',
      '(true && resource.a) == 5',
    ],
    [
      'a stored entity of the type may be the resource',
      'Doc::"plan".level == 9',
      'Doc::"plan".level == 9',
    ],
    [
      'and so its place in the hierarchy is open',
      'Team::"x" in Group::"ops"',
      'Team::"x" in Group::"ops"',
    ],
    [
      'an entity is in itself, whatever is open',
      'Doc::"plan" in [Group::"ops", Doc::"plan"]',
      true,
    ],
    ['unset context members are absent', 'context has a || context.b == resource.b', 'error'],
  ])('%s', (_, condition, expected) => {
    const source = policy('p', when(condition));
    const { satisfied, erring, residuals } = partialAuthorize([source], question);
    const [left] = residuals;
    const got =
      left === undefined ? (erring.length > 0 ? 'error' : satisfied.length > 0) : left.condition;
    expect(got).toEqual(
      typeof expected === 'string' && expected !== 'error' ? conditionOf(expected) : expected,
    );
  });

  it.each([
    ['a permit that holds', [when('true')], 'allow'],
    ['a forbid that holds', [when('resource.a'), 'forbid (principal, action, resource);'], 'deny'],
    [
      'no permit that could hold',
      [when('false'), 'forbid (principal, action, resource) when { resource.a };'],
      'deny',
    ],
    [
      'a forbid that may hold',
      [when('true'), 'forbid (principal, action, resource) when { resource.a };'],
      undefined,
    ],
    ['a permit that may hold', [when('resource.a')], undefined],
  ])('is decided, or not, by %s', (_, texts, decision) => {
    const policies = texts.map((text, at) => policy(String(at), text));
    expect(partialAuthorize(policies, question).decision).toBe(decision);
  });

  function policy(id: string, text: string): PolicySource {
    const answer = policyToJson(text);
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    return { id, json: answer.json };
  }

  function conditionOf(text: string): unknown {
    return policy('expected', when(text)).json.conditions[0]?.body;
  }
});
