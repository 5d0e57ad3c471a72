/** A pattern of `like` in Cedar's JSON: a wildcard stands for any text, also none. */
export type Pattern = readonly ('Wildcard' | { readonly Literal: string })[];

/**
 * A matcher for a pattern. Each piece of text between two wildcards is looked for once, from where the piece before it ended, so nothing is ever tried
 * again: no pattern makes it backtrack.
 */
export function likeMatcher(pattern: Pattern): (text: string) => boolean {
  const pieces = piecesOf(pattern);
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of others) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/** What stands between the wildcards; one piece where there is none. */
export function piecesOf(pattern: Pattern): string[] {
  const pieces = [''];
  for (const part of pattern) {
    if (part === 'Wildcard') pieces.push('');
    else pieces.push((pieces.pop() ?? '') + part.Literal);
  }
  return pieces;
}
