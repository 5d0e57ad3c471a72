import type { CedarToken } from './cedar-tokens.js';

/** How deep a policy's brackets and its expressions are nested. */
export interface Depths {
  readonly brackets: number;
  /** At least the depth of Cedar's syntax tree, the conditions joined into one. */
  readonly expression: number;
}

// Loosest first. What one operator joins to a chain lies one level deeper for each of them.
const PRECEDENCE: Readonly<Record<string, number>> = {
  when: 0,
  unless: 0,
  '||': 1,
  '&&': 2,
  ...Object.fromEntries(
    ['==', '!=', '<', '<=', '>', '>=', 'in', 'has', 'like', 'is'].map((operator) => [operator, 3]),
  ),
  '+': 4,
  '-': 4,
  '*': 5,
  '!': 6,
  '.': 6,
};
const TIGHTEST = 6;
const BRANCHES = new Set(['if', 'then', 'else']);
const SEPARATORS = new Set([',', '@', ';']);
const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/**
 * Bounds the depth of a policy from its tokens alone, before any recursive parser sees it. Linear, iterative, and right for text that is no Cedar: then it
 * bounds what a parser can have on its stack when it gives up.
 */
export function depthsOf(tokens: readonly CedarToken[]): Depths {
  const open: Level[] = [];
  let level = new Level();
  let brackets = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'string' || kind === 'number') continue;
    if (OPENING.has(text)) {
      open.push(level);
      level = new Level();
      brackets = Math.max(brackets, open.length);
    } else if (CLOSING.has(text)) {
      const outer = open.pop() ?? new Level();
      outer.enclose(level.depth());
      level = outer;
    } else level.read(text);
  }
  const expression = open.reduceRight(
    (inner, outer) => outer.enclose(inner).depth(),
    level.depth(),
  );
  return { brackets, expression };
}

/** What stands between two brackets. */
class Level {
  /** By precedence: how many operators the current chain has, and the depth of the deepest thing that they join. */
  private readonly counts = new Array<number>(TIGHTEST + 1).fill(0);
  private readonly operands = new Array<number>(TIGHTEST + 1).fill(0);
  private branches = 0;
  private deepest = 0;

  read(token: string): void {
    const precedence = Object.hasOwn(PRECEDENCE, token) ? PRECEDENCE[token] : undefined;
    if (precedence !== undefined) this.join(precedence);
    else if (SEPARATORS.has(token)) this.separate();
    else if (BRANCHES.has(token)) this.branch(token);
  }

  /** Something in brackets is an operand, and may be a call or an access. */
  enclose(depth: number): this {
    this.operands[TIGHTEST] = Math.max(this.operands[TIGHTEST] ?? 0, depth);
    this.join(TIGHTEST);
    return this;
  }

  depth(): number {
    return Math.max(this.deepest, this.branches + this.fold(0));
  }

  private join(precedence: number): void {
    const operand = this.fold(precedence + 1);
    this.operands[precedence] = Math.max(this.operands[precedence] ?? 0, operand);
    this.counts[precedence] = (this.counts[precedence] ?? 0) + 1;
    this.reset(precedence + 1);
  }

  private branch(token: string): void {
    if (token === 'if') this.branches++;
    this.deepest = Math.max(this.deepest, this.depth());
    this.reset(0);
  }

  private separate(): void {
    this.deepest = this.depth();
    this.branches = 0;
    this.reset(0);
  }

  /** The depth of the chain that is being read, from a precedence on. */
  private fold(from: number): number {
    let depth = 1;
    for (let precedence = TIGHTEST; precedence >= from; precedence--) {
      depth = Math.max(depth, this.operands[precedence] ?? 0) + (this.counts[precedence] ?? 0);
    }
    return depth;
  }

  private reset(from: number): void {
    this.counts.fill(0, from);
    this.operands.fill(0, from);
  }
}
