const ESCAPED = /^__(?:entity|extn|expr)_*$/;
const UNDERSCORE = 0x5f;

/**
 * The name under which a record holds a key. Cedar's JSON reads objects whose only key is `__entity`, `__extn` or `__expr` as escapes, so in what we
 * hand to an engine those keys carry one more underscore, and so do keys that would then look the same. Policies are renamed alike
 * where they mention such a key: `context.request["__entity"]` finds what the client sent. Reversible.
 */
export function escapeKey(key: string): string {
  return ESCAPED.test(key) ? `${key}_` : key;
}

/** The key that `escapeKey` gave this name to. */
export function unescapeKey(name: string): string {
  return name.charCodeAt(name.length - 1) === UNDERSCORE && ESCAPED.test(name.slice(0, -1))
    ? name.slice(0, -1)
    : name;
}
