import type { Comparison } from '@sallyport/contracts';

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

/** Why a language of conditions in JSON can't say a comparison: two fields of a row, and most patterns. */
export function whyNotPlainly(comparison: Comparison, language: string): string | undefined {
  if ('other' in comparison) return `${language} does not compare two fields of a row`;
  if (comparison.op !== 'like') return undefined;
  const simple = simpleLike(comparison.pieces);
  if (simple === undefined) return `${language} has no such pattern`;
  // Prisma does not escape them, nor does who makes a `where` of UCAST: they would match too much.
  return /[%_\\]/.test(simple.text) ? `${language} does not escape %, _ and \\` : undefined;
}
