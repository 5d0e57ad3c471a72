/** What a JSON Pointer (RFC 6901 §4) names in a document; undefined where it names nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const isThere = Array.isArray(value) ? /^(?:0|[1-9]\d*)$/.test(name) : true;
    if (!isThere || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** What a mapping's text says: the value that it points to, or itself. */
export function sourced(document: unknown, source: string): unknown {
  return source.startsWith('/') ? valueAt(document, source) : source;
}

/** The same as text: numbers are names in many inputs. Undefined for what is no name. */
export function sourcedText(document: unknown, source: string): string | undefined {
  const value = sourced(document, source);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
