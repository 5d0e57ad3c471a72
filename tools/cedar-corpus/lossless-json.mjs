const LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
const MARK = '\u0000integer:';
const parse = JSON.parse;

/** `JSON.parse` that gives integers of 16 digits and more as bigints where a number would round them. */
export function parseLossless(text) {
  if (!/\d{16}/.test(text)) return parse(text);
  const marked = text.replace(LONG_NUMBER, (token) =>
    token.startsWith('"') ? token : JSON.stringify(MARK + token),
  );
  return parse(marked, (_, value) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    const digits = value.slice(MARK.length);
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  });
}
