/**
 * A matcher for texts of which pieces are given, with any text between one and the next. Each piece is looked for once, from where the piece before it ended, so
 * nothing is ever tried again: no pattern makes it backtrack.
 */
export function textMatcher(pieces: readonly string[]): (text: string) => boolean {
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
