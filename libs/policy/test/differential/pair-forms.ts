import type { Rng } from './rng.js';
import { type CedarJson, type CedarObject, isList, isRecord, record, type Round } from './round.js';

/** How many rounds have pairs, and how many of their entities are written so. */
const ROUNDS = 0.04;
const ENTITIES = 0.3;

/**
 * The round, now and then with entities as pairs of type and id: Cedar's reader takes them where it expects an entity, and for lists
 * elsewhere. `rng` is for this alone, so that the rest of a round does not depend on it.
 */
export function withPairs(rng: Rng, round: Round): Round {
  if (!rng.chance(ROUNDS)) return round;
  const { entities, questions } = round;
  return {
    ...round,
    entities: entities.map((entity) => rewritten(rng, entity)),
    questions: questions.map((question) => ({
      ...question,
      context: rewritten(rng, question.context),
    })),
  };
}

// What is written anew keeps its shape but for the names in it, which no type of TypeScript says.
function rewritten<T>(rng: Rng, value: T): T {
  return write(rng, value as CedarJson) as T;
}

function write(rng: Rng, value: CedarJson): CedarJson {
  if (isList(value)) return value.map((item) => write(rng, item));
  if (!isRecord(value)) return value;
  const pair = pairOf(value);
  if (pair !== undefined) return rng.chance(ENTITIES) ? listed(rng, pair) : value;
  return record(Object.entries(value).map(([name, member]) => [name, write(rng, member)]));
}

function pairOf({ type, id, ...rest }: CedarObject): readonly [string, string] | undefined {
  const isName = typeof type === 'string' && typeof id === 'string';
  return isName && Object.keys(rest).length === 0 ? [type, id] : undefined;
}

/** Now and then with a third member, which is no entity anywhere. */
function listed(rng: Rng, pair: readonly [string, string]): CedarJson {
  return rng.chance(0.1) ? [...pair, 'third'] : pair;
}
