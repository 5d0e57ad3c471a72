/**
 * One text for each value that JSON can say, and for no two the same: every string with its length before it, every list with its count,
 * members in the order of their names. Undefined for what JSON would change on the way, such as a date: that is not kept.
 */
export function cacheKey(value: unknown): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return 'u';
    case 'boolean':
      return value ? 't' : 'f';
    case 'number':
      return Number.isFinite(value) ? sized('d', JSON.stringify(value)) : undefined;
    case 'string':
      return sized('s', value);
    case 'object':
      return value === null ? 'n' : keyOfObject(value);
    default:
      return undefined;
  }
}

function keyOfObject(value: object): string | undefined {
  if (Array.isArray(value)) return keyOfList('a', value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return keyOfList('o', members.flat());
}

function keyOfList(kind: 'a' | 'o', items: readonly unknown[]): string | undefined {
  const keys: string[] = [];
  for (const item of items) {
    const key = cacheKey(item);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return `${kind}${keys.length}:${keys.join('')}`;
}

function sized(kind: 'd' | 's', text: string): string {
  return `${kind}${text.length}:${text}`;
}
