import type { EntityRef } from '../decision.js';
import { escapeTypeName, unescapeTypeName } from './entity-type.js';

/**
 * The entity that a short text names: `group::"on call"` (Cedar's way, types escaped), `group::oncall` and `group:oncall` (AuthZEN's words),
 * or a bare `oncall` where a default type is known. Undefined where the text names none.
 */
export function parseEntityReference(text: string, defaultType?: string): EntityRef | undefined {
  const quoted = /^(.+?)::("(?:[^"\\]|\\.)*")$/su.exec(text);
  if (quoted?.[1] !== undefined && quoted[2] !== undefined)
    return quotedReference(quoted[1], quoted[2]);
  const [separator, at] = lastSeparator(text);
  if (at > 0) return reference(text.slice(0, at), text.slice(at + separator.length));
  return defaultType === undefined ? undefined : reference(defaultType, text);
}

/** A text that `parseEntityReference` reads back as the same entity. */
export function formatEntityReference(ref: EntityRef): string {
  const isPlain = /^\w+(::\w+)*$/u.test(ref.type) && /^[\w@.+-]+$/u.test(ref.id);
  if (isPlain) return `${ref.type}::${ref.id}`;
  return `${escapeTypeName(ref.type)}::${JSON.stringify(ref.id)}`;
}

function lastSeparator(text: string): readonly [string, number] {
  const double = text.lastIndexOf('::');
  return double >= 0 ? ['::', double] : [':', text.indexOf(':')];
}

function quotedReference(type: string, quotedId: string): EntityRef | undefined {
  try {
    return reference(unescapeTypeName(type), JSON.parse(quotedId) as string);
  } catch {
    return undefined;
  }
}

function reference(type: string, id: string): EntityRef | undefined {
  return type === '' || id === '' ? undefined : { type, id };
}
