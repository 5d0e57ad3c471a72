/** The value as indented JSON with the keys of every object in the order in which the log hashes them (RFC 8785). */
export function sortedJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    2,
  );
}
