import type { EntityRef } from '../graphql-types.js';

/** An entity as people read it: the name first, the kind after ("prod (database)"). */
export function entityText(ref: EntityRef | null): string {
  return ref === null ? 'unknown' : `${ref.id} (${ref.type})`;
}

/** An entity as the log and the policies write it, without quotes: `database::prod`. */
export function entityKey(ref: EntityRef): string {
  return `${ref.type}::${ref.id}`;
}

/** The person or part behind an actor of the log: `user:dana@acme.example` → "dana@acme.example", others with their kind. */
export function actorText(actor: string): string {
  const at = actor.indexOf(':');
  if (at < 1) return actor;
  const [kind, id] = [actor.slice(0, at), actor.slice(at + 1).replace(/^:/, '')];
  if (kind === 'user') return id;
  return kind === 'pep' ? `enforcement point ${id}` : `${kind} ${id}`;
}

/** "a", "a and b", "a, b and c"; "nobody" for an empty list. */
export function listText(items: readonly string[], empty = 'nobody'): string {
  if (items.length <= 1) return items[0] ?? empty;
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
