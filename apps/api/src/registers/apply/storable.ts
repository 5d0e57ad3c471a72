/**
 * Where a value holds text that Postgres cannot keep (U+0000, or half of a surrogate pair); undefined where it holds
 * none. Told before the write: afterwards it would be an internal error.
 */
export function unstorablePath(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return [JSON.stringify(name)];
    const path = unstorablePath(member);
    if (path) return [name, ...path];
  }
  return undefined;
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
