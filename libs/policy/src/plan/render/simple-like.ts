/** What most query languages can say of a text: that it begins, ends or goes with a piece. Undefined for every other pattern. */
export function simpleLike(
  pieces: readonly string[],
): { readonly kind: 'startsWith' | 'endsWith' | 'contains'; readonly text: string } | undefined {
  const [first = '', second = '', third] = pieces;
  if (pieces.length === 2 && second === '') return { kind: 'startsWith', text: first };
  if (pieces.length === 2 && first === '') return { kind: 'endsWith', text: second };
  if (pieces.length === 3 && first === '' && third === '')
    return { kind: 'contains', text: second };
  return undefined;
}

/** Characters that stand for others in a LIKE: who doesn't escape them would match too much. */
export function hasWildcards(text: string): boolean {
  return /[%_\\]/.test(text);
}
