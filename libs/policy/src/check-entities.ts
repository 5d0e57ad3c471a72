import {
  checkParseEntities,
  type EntityJson,
  type SchemaJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { EntityRecord, EntityRef, Problem } from '@sallyport/contracts';
import { formatEntityReference } from '@sallyport/contracts';
import { isUnicodeRef, storedCedarJson } from './cedar-json.js';
import { cedarEntity } from './cedar-uid.js';
import { plainMessage } from './cedar-problems.js';
import { entityKey } from './entities.js';
import { mergeSchema } from './merge-schema.js';

const CHUNK = 500;
const ENOUGH = 50;
const FILE = 'entities';

/** What stands against a register's entities; warnings are about the tenant's own schema. */
export interface EntityCheck {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Finds entities that would make every decision they take part in indeterminate: values that are none to Cedar, and circles of parents. With a schema, what
 * does not conform to it is a warning. 50 findings of each kind at most; some 30 µs per entity: not for the request path.
 */
export function checkEntities(entities: readonly EntityRecord[], schema?: string): EntityCheck {
  const bad = entities.filter(({ uid, parents }) => ![uid, ...parents].every(isUnicodeRef));
  if (bad.length > 0)
    return {
      problems: bad.slice(0, ENOUGH).map(({ uid }) => ({
        file: FILE,
        message: `${JSON.stringify(uid)}: a name is not valid Unicode.`,
      })),
      warnings: [],
    };
  const cedar = entities.map((entity) =>
    cedarEntity({ ...entity, attrs: storedCedarJson(entity.attrs), parents: [] }),
  );
  const problems = [...findings(cedar), ...circles(entities)];
  const merged = schema === undefined || problems.length > 0 ? undefined : mergeSchema(schema);
  const typed = entities.map((entity) =>
    cedarEntity({ ...entity, attrs: storedCedarJson(entity.attrs) }),
  );
  return { problems, warnings: merged?.ok === true ? findings(typed, merged.schema) : [] };
}

/** Parses in chunks, and the entities of a chunk that fails one by one: Cedar tells only the first fault. */
function findings(entities: readonly EntityJson[], schema?: SchemaJson<string>): Problem[] {
  const found: Problem[] = [];
  for (let at = 0; at < entities.length && found.length < ENOUGH; at += CHUNK) {
    const chunk = entities.slice(at, at + CHUNK);
    if (faultOf(chunk, schema) === undefined) continue;
    for (const entity of chunk) {
      const message = found.length < ENOUGH ? faultOf([entity], schema) : undefined;
      if (message !== undefined) found.push({ file: FILE, message });
    }
  }
  return found;
}

function faultOf(entities: readonly EntityJson[], schema?: SchemaJson<string>): string | undefined {
  try {
    const answer = checkParseEntities({
      entities: [...entities],
      ...(schema === undefined ? {} : { schema }),
    });
    return answer.type === 'success' ? undefined : answer.errors.map(plainMessage).join(' ');
  } catch (error) {
    return `Cedar's parser failed: ${String(error)}`;
  }
}

/** One problem per circle of parents, by depth-first search without recursion. */
function circles(entities: readonly EntityRecord[]): Problem[] {
  const parents = new Map(entities.map(({ uid, parents }) => [entityKey(uid), parents]));
  const state = new Map<string, 'open' | 'done'>();
  const found: Problem[] = [];
  for (const { uid } of entities) {
    const path: { key: string; rest: EntityRef[] }[] = [];
    enter(uid);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        state.set(top.key, 'done');
        path.pop();
      } else if (state.get(entityKey(next)) === 'open') tell(next);
      else enter(next);
    }

    function enter(ref: EntityRef): void {
      const key = entityKey(ref);
      if (state.has(key)) return;
      state.set(key, 'open');
      path.push({ key, rest: [...(parents.get(key) ?? [])] });
    }
  }
  return found;

  function tell(ref: EntityRef): void {
    if (found.length < ENOUGH)
      found.push({
        file: FILE,
        message: `${formatEntityReference(ref)} is an ancestor of itself.`,
      });
  }
}
