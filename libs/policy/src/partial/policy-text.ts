import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { authzenType } from '../compiled/type-names.js';

/** A stored policy (`ArtifactPolicy.est`), its entity types by AuthZEN's words: what partial evaluation of questions in those words reads. */
export function inAuthzenWords(est: string): PolicyJson {
  return JSON.parse(est, renamed) as PolicyJson;
}

/** Types stand in three places: the name of an entity in an expression, the operand of `is`, and the entities of a scope. */
function renamed(key: string, value: unknown): unknown {
  switch (key) {
    case 'entity_type':
      return typeof value === 'string' ? authzenType(value) : value;
    case '__entity':
    case 'entity':
      return isName(value) ? { ...value, type: authzenType(value.type) } : value;
    case 'entities':
      return Array.isArray(value) ? value.map((one) => renamed('entity', one)) : value;
    default:
      return value;
  }
}

function isName(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly type?: unknown }).type === 'string'
  );
}
