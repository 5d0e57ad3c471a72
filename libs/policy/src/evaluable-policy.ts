import type { Policy as CedarPolicy, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { attributeNames, type Expression, nodes, renameAttributes } from './expression.js';
import { escapeKey } from './key-names.js';

// serde_json reads at most 128 levels; the policy set around a policy takes two of them.
const MAX_JSON_LEVELS = 120;

/**
 * The policy as an evaluator takes it: as it was written, or, where it mentions an attribute whose name is escaped (`escapeKey`), as JSON with the escaped
 * name. Undefined where that JSON would be too deep.
 */
export function evaluablePolicy(text: string, json: PolicyJson): CedarPolicy | undefined {
  if (!json.conditions.some(({ body }) => hasEscapedName(body as Expression))) return text;
  const conditions = json.conditions.map(({ kind, body }) => ({
    kind,
    body: renameAttributes(body as Expression, escapeKey),
  }));
  const renamed = { ...json, conditions } as CedarPolicy;
  return levelsOf(renamed) <= MAX_JSON_LEVELS ? renamed : undefined;
}

function hasEscapedName(expression: Expression): boolean {
  for (const [node] of nodes(expression)) {
    if (attributeNames(node).some((name) => escapeKey(name) !== name)) return true;
  }
  return false;
}

function levelsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return (
    1 + Object.values(value).reduce<number>((most, member) => Math.max(most, levelsOf(member)), 0)
  );
}
