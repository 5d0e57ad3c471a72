const PLACEHOLDER = /"\$\{(\w+)\}"|'\$\{(\w+)\}'|\$\{(\w+)\}/g;

/** A file whose `${NAME}` were replaced, and the names that nobody could give a value for. */
export interface FilledFile {
  readonly text: string;
  readonly missing: readonly string[];
}

/**
 * Puts secrets in place of `${NAME}` in a YAML file, so that a tenant directory can be kept where others read it. Only
 * what stands as a whole value is meant; it becomes a quoted text.
 */
export function fillSecrets(
  text: string,
  secretOf: (name: string) => string | undefined,
): FilledFile {
  const missing = new Set<string>();
  const filled = text.replace(PLACEHOLDER, (placeholder, ...names: (string | undefined)[]) => {
    const name = names.slice(0, 3).find((given) => given !== undefined) ?? '';
    const secret = secretOf(name);
    if (secret !== undefined) return JSON.stringify(secret);
    missing.add(name);
    return placeholder;
  });
  return { text: filled, missing: [...missing] };
}

/** Whether a value is a placeholder that nobody filled. */
export function isPlaceholder(value: string): boolean {
  return /^\$\{\w+\}$/.test(value);
}
