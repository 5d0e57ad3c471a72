/** A piece of Cedar source; `offset` counts UTF-16 units from the start of the text. */
export interface CedarToken {
  readonly kind: 'word' | 'number' | 'string' | 'sign';
  readonly text: string;
  readonly offset: number;
}

// A comment ends at a carriage return too, as in Cedar's own grammar: what we skip, Cedar must skip.
const TOKEN =
  /\s+|\/\/[^\n\r]*|("(?:[^"\\]|\\.)*"?)|([A-Za-z_]\w*)|(\d+)|(&&|\|\||[=!<>]=|::|.)/gsu;

/** Cedar source as tokens, without spaces and comments. Total: what is no Cedar becomes signs, for Cedar's parser to refuse. */
export function cedarTokens(text: string): CedarToken[] {
  const tokens: CedarToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, word, number, sign] = match;
    if ((string ?? word ?? number ?? sign) === undefined) continue;
    const kind =
      string !== undefined
        ? 'string'
        : word !== undefined
          ? 'word'
          : number !== undefined
            ? 'number'
            : 'sign';
    tokens.push({ kind, text: token, offset: match.index });
  }
  return tokens;
}
