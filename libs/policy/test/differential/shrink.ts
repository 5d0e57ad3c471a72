import { without, withSimpler } from './lists.js';
import { simplerExpressions, simplerValues } from './simpler.js';
import type { CedarJson, CedarObject, Entity, PolicySource, Question, Round } from './round.js';
import { isList, isRecord, record } from './round.js';

/** Tries at most so many simpler rounds: each is judged by every engine. */
const MAX_TRIES = 6000;

/** The smallest round that can be found by leaving out and replacing parts, one at a time, while `holds` stays true. */
export function shrink(round: Round, holds: (round: Round) => boolean): Round {
  let smallest = round;
  let tries = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of simplerRounds(smallest)) {
      if (++tries > MAX_TRIES) return smallest;
      if (!holds(candidate)) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

function* simplerRounds(round: Round): Generator<Round> {
  const { schema, policies, templates, links, entities, questions } = round;
  if (questions.length > 1)
    for (const question of questions) yield { ...round, questions: [question] };
  for (const half of halves(policies)) yield { ...round, policies: half };
  for (const fewer of without(policies)) yield { ...round, policies: fewer };
  for (const fewer of without(links)) yield { ...round, links: fewer };
  for (const { id } of templates)
    yield {
      ...round,
      templates: templates.filter((template) => template.id !== id),
      links: links.filter(({ templateId }) => templateId !== id),
    };
  for (const half of halves(entities)) yield { ...round, entities: half };
  for (const fewer of without(entities)) yield { ...round, entities: fewer };
  if (schema !== undefined) {
    const { schema: _, ...untyped } = round;
    yield untyped;
  }
  for (const simpler of withSimpler(policies, simplerPolicies))
    yield { ...round, policies: simpler };
  for (const simpler of withSimpler(templates, simplerPolicies))
    yield { ...round, templates: simpler };
  for (const simpler of withSimpler(entities, simplerEntities))
    yield { ...round, entities: simpler };
  for (const simpler of withSimpler(questions, simplerQuestions))
    yield { ...round, questions: simpler };
}

function* simplerPolicies({ id, json }: PolicySource): Generator<PolicySource> {
  const conditions = isList(json['conditions']) ? json['conditions'] : [];
  for (const fewer of without(conditions)) yield { id, json: { ...json, conditions: fewer } };
  for (const place of ['principal', 'action', 'resource']) {
    const scope = json[place];
    if (isRecord(scope) && scope['op'] !== 'All' && !('slot' in scope))
      yield { id, json: { ...json, [place]: { op: 'All' } } };
  }
  if ('annotations' in json) {
    const { annotations: _, ...plain } = json;
    yield { id, json: plain };
  }
  for (const simpler of withSimpler(conditions, simplerConditions))
    yield { id, json: { ...json, conditions: simpler } };
}

function* simplerConditions(condition: CedarJson): Generator<CedarJson> {
  if (!isRecord(condition)) return;
  if (condition['kind'] === 'unless') yield { ...condition, kind: 'when' };
  for (const body of simplerExpressions(condition['body'] ?? null)) yield { ...condition, body };
}

function* simplerEntities(entity: Entity): Generator<Entity> {
  for (const parents of without(entity.parents)) yield { ...entity, parents };
  const { tags, ...untagged } = entity;
  if (tags !== undefined) {
    yield untagged;
    for (const simpler of simplerRecords(tags)) yield { ...entity, tags: simpler };
  }
  for (const attrs of simplerRecords(entity.attrs)) yield { ...entity, attrs };
}

function* simplerQuestions(question: Question): Generator<Question> {
  if (question.validateRequest) yield { ...question, validateRequest: false };
  for (const context of simplerRecords(question.context)) yield { ...question, context };
}

function* simplerRecords(from: CedarObject): Generator<CedarObject> {
  const entries = Object.entries(from);
  for (const fewer of without(entries)) yield record(fewer);
  for (const simpler of withSimpler(entries, function* ([name, value]): Generator<
    [string, CedarJson]
  > {
    for (const other of simplerValues(value)) yield [name, other];
  }))
    yield record(simpler);
}

function* halves<T>(list: readonly T[]): Generator<T[]> {
  if (list.length < 4) return;
  const middle = list.length >> 1;
  yield list.slice(0, middle);
  yield list.slice(middle);
}
