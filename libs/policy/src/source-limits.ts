import { isUnicode } from './cedar-json.js';
import type { CedarToken } from './cedar-tokens.js';
import { type Depths, depthsOf } from './expression-depth.js';

// cedar-wasm recurses. A source that overflows its stack, or V8's, does not just fail: the instance is broken for good ("memory access out of bounds"
// on every later call). Measured on 4.13 with Node's default stack and hot (larger) frames: brackets break it at 72 levels, evaluating at 104 levels of
// the syntax tree, parsing at 320. A schema's types break it beyond 494 levels.
const MAX_BRACKETS = 32;
const MAX_DEPTH = 64;
const MAX_CHARACTERS = 256 * 1024;
const LARGEST_LITERAL = 2n ** 53n;

/** Why a source must not reach cedar-wasm, and at which token; undefined where it may. */
export interface SourceFault {
  readonly offset: number;
  readonly message: string;
}

/** The faults of one policy's tokens: what would break or deceive cedar-wasm. */
export function policyFaults(tokens: readonly CedarToken[]): SourceFault[] {
  const fault = lengthFault(tokens) ?? depthFault(depthsOf(tokens));
  return fault === undefined ? tokens.filter(isRounded).map(roundedFault) : [fault];
}

/** The first fault of a schema's tokens. */
export function schemaFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  return lengthFault(tokens) ?? unicodeFault(tokens) ?? bracketFault(schemaDepth(tokens));
}

function lengthFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined || last.offset - first.offset <= MAX_CHARACTERS)
    return undefined;
  return { offset: first.offset, message: `Longer than ${String(MAX_CHARACTERS)} characters.` };
}

function unicodeFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  const bad = tokens.find(({ text }) => !isUnicode(text));
  return bad === undefined ? undefined : { offset: bad.offset, message: 'Not valid Unicode.' };
}

function depthFault({ brackets, expression }: Depths): SourceFault | undefined {
  const message = `Nested deeper than ${String(MAX_DEPTH)} operators; split the policy, or compare with a set.`;
  return bracketFault(brackets) ?? (expression > MAX_DEPTH ? { offset: 0, message } : undefined);
}

function bracketFault(brackets: number): SourceFault | undefined {
  if (brackets <= MAX_BRACKETS) return undefined;
  return { offset: 0, message: `Brackets are nested deeper than ${String(MAX_BRACKETS)} levels.` };
}

/** In a schema, `<` opens: `Set<Set<Long>>`. */
function schemaDepth(tokens: readonly CedarToken[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind, text } of tokens) {
    if (kind !== 'sign') continue;
    if ('([{<'.includes(text)) deepest = Math.max(deepest, ++depth);
    else if (')]}>'.includes(text)) depth--;
  }
  return deepest;
}

function isRounded({ kind, text }: CedarToken): boolean {
  return kind === 'number' && BigInt(text) > LARGEST_LITERAL;
}

function roundedFault({ text, offset }: CedarToken): SourceFault {
  return { offset, message: `The number ${text} is beyond 2^53 and would be rounded.` };
}
