/** What one proxy says about the certificate of its client. Keys in lower case; a repeated one has all its values. */
export type XfccElement = ReadonlyMap<string, readonly string[]>;

export const MAX_XFCC_LENGTH = 16_384;
const MAX_ELEMENTS = 16;
const MAX_PAIRS = 32;

const KEY = /[A-Za-z]{1,32}=/y;
const PLAIN_VALUE = /[^,;="\\]*/y;
// A backslash belongs to the value, unless it stands before a quote. Two before a quote may be one escaped backslash and the end
// of the value, or a quote in a name that has its own escapes: neither is taken for granted.
const QUOTED_VALUE = /"((?:[^"\\]|\\"|\\(?!["\\])|\\\\+(?!["\\]))*)"/y;

/**
 * Reads an `x-forwarded-client-cert` header as Envoy writes it: elements of proxies, joined by commas, the nearest one last.
 * Undefined where it is longer than it may be, holds anything but visible ASCII, or does not follow the grammar to its end.
 */
export function readXfcc(header: string): readonly XfccElement[] | undefined {
  if (header.length > MAX_XFCC_LENGTH || !/^[\x20-\x7e]*$/.test(header)) return undefined;
  const elements: XfccElement[] = [];
  let at = 0;
  while (at < header.length) {
    const read = elements.length < MAX_ELEMENTS ? readElement(header, at) : undefined;
    if (!read) return undefined;
    elements.push(read.element);
    at = read.end;
    if (at === header.length) return elements;
    at = skipSpaces(header, at + 1);
    if (at === header.length) return undefined;
  }
  return elements;
}

/** One element, up to the comma after it or to the end. */
function readElement(
  header: string,
  start: number,
): { readonly element: XfccElement; readonly end: number } | undefined {
  const element = new Map<string, string[]>();
  let at = start;
  for (let pairs = 0; pairs < MAX_PAIRS; pairs += 1) {
    const key = matchAt(KEY, header, at);
    if (!key) return undefined;
    at += key[0].length;
    const quoted = matchAt(QUOTED_VALUE, header, at);
    const value = quoted ?? matchAt(PLAIN_VALUE, header, at);
    if (!value) return undefined;
    at += value[0].length;
    const name = key[0].slice(0, -1).toLowerCase();
    const text = quoted ? (quoted[1] ?? '').replaceAll('\\"', '"') : value[0];
    element.set(name, [...(element.get(name) ?? []), text]);
    if (at === header.length || header[at] === ',') return { element, end: at };
    if (header[at] !== ';') return undefined;
    at += 1;
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at += 1;
  return at;
}
