import type { CedarToken } from './cedar-tokens.js';

// cedar-wasm has one small stack. A policy that overflows it does not just fail: the instance is broken for good ("memory access out of bounds" on
// every later call). Measured on 4.13: brackets break it at 120 levels, `if` at 1,000, chains of operators at 3,000 (parsing) or 300 (evaluating).
const MAX_BRACKETS = 40;
const MAX_IFS = 64;
const MAX_CHAINED = 2000;
const MAX_CHARACTERS = 256 * 1024;
const LARGEST_LITERAL = 2n ** 53n;

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
const CHAINING = new Set(['.', '+', '-', '*', '!', '&&', '||', '(', '[', 'when', 'unless', 'if']);

/** Why a source must not reach cedar-wasm, and at which token; undefined where it may. */
export interface SourceFault {
  readonly offset: number;
  readonly message: string;
}

/** The faults of one policy's tokens: what would break or deceive cedar-wasm. */
export function policyFaults(tokens: readonly CedarToken[]): SourceFault[] {
  const fault = nestingFault(tokens) ?? lengthFault(tokens) ?? chainFault(tokens);
  return fault === undefined ? tokens.filter(isRounded).map(roundedFault) : [fault];
}

/** The first fault of a schema's tokens. */
export function schemaFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  return nestingFault(tokens) ?? lengthFault(tokens);
}

function nestingFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  let depth = 0;
  for (const { text, offset } of tokens) {
    // `Set<Set<…>>` in schemas; in policies `<` compares and never comes in such numbers without a chain.
    if (OPENING.has(text)) depth++;
    else if (CLOSING.has(text)) depth--;
    if (depth > MAX_BRACKETS)
      return { offset, message: `Brackets are nested deeper than ${String(MAX_BRACKETS)} levels.` };
  }
  return undefined;
}

function lengthFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined || last.offset - first.offset <= MAX_CHARACTERS)
    return undefined;
  return { offset: first.offset, message: `Longer than ${String(MAX_CHARACTERS)} characters.` };
}

function chainFault(tokens: readonly CedarToken[]): SourceFault | undefined {
  const ifs = tokens.filter(({ kind, text }) => kind === 'word' && text === 'if');
  const chained = tokens.filter(({ kind, text }) => kind !== 'string' && CHAINING.has(text));
  const offset = ifs[MAX_IFS]?.offset ?? chained[MAX_CHAINED]?.offset;
  return offset === undefined
    ? undefined
    : { offset, message: 'Too many operators in one policy; split it, or compare with a set.' };
}

function isRounded({ kind, text }: CedarToken): boolean {
  return kind === 'number' && BigInt(text) > LARGEST_LITERAL;
}

function roundedFault({ text, offset }: CedarToken): SourceFault {
  return { offset, message: `The number ${text} is beyond 2^53 and would be rounded.` };
}
