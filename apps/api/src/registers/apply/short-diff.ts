import type { Json, JsonObject } from '@sallyport/contracts';

const MAX_LINES = 8;
const MAX_VALUE_LENGTH = 60;
/** Nobody can read a hash, and a plan may be pasted anywhere. */
const OPAQUE = new Set(['keyHash']);

/** JSON in which equal values are equal texts: members in order of their names. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as JsonObject;
  const members = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(object[name] ?? null)}`);
  return `{${members.join()}}`;
}

/** What changed, for people: at most eight lines such as `attrs.clearance: 2 → 3`. */
export function shortDiff(before: JsonObject, after: JsonObject): string[] {
  const lines: string[] = [];
  collect(before, after, '', lines);
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`];
}

function collect(before: JsonObject, after: JsonObject, path: string, lines: string[]): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, fresh] = [own(before, name), own(after, name)];
    const at = path === '' ? name : `${path}.${name}`;
    if (old !== undefined && fresh !== undefined) {
      if (canonical(old) === canonical(fresh)) continue;
      if (isObject(old) && isObject(fresh)) collect(old, fresh, at, lines);
      else
        lines.push(OPAQUE.has(name) ? `${at}: changed` : `${at}: ${shown(old)} → ${shown(fresh)}`);
    } else if (fresh !== undefined) {
      lines.push(OPAQUE.has(name) ? `${at}: added` : `${at}: added ${shown(fresh)}`);
    } else if (old !== undefined) {
      lines.push(`${at}: removed`);
    }
  }
}

/** What every object inherits (`valueOf`, `__proto__`) is no member of it. */
function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
