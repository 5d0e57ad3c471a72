import { isCount } from './decimal.js';
import { emptyRoot, foldSubtrees, type NodeHash, nodeHash } from './merkle.js';
import type { SubtreeId } from './merkle-path.js';

/**
 * The fewest perfect subtrees that cover the leaves [begin, end), left to right: at each place the largest one that may
 * start there and does not reach beyond the end. What a proof of several entries holds are the hashes of these, for
 * every gap before, between and behind the entries. Throws RangeError unless 0 ≤ begin ≤ end.
 */
export function* gapSubtrees(begin: number, end: number): Generator<SubtreeId> {
  if (!isCount(begin) || !isCount(end) || begin > end) {
    throw new RangeError(`no leaves from ${String(begin)} to ${String(end)}`);
  }
  for (let at = begin; at < end;) {
    let [level, width] = [0, 1];
    while (at % (2 * width) === 0 && at + 2 * width <= end) [level, width] = [level + 1, width * 2];
    yield { level, index: at / width };
    at += width;
  }
}

/**
 * Computes the root of a tree from left to right, from leaf hashes where they are known and the hashes of perfect
 * subtrees in between; keeps one hash per one bit of the position. RFC 9162 §2.1.1.
 */
export class RootFold {
  private readonly stack: Uint8Array[] = [];
  private at = 0;

  constructor(private readonly join: NodeHash = nodeHash) {}

  /** How many leaves are covered so far. */
  get position(): number {
    return this.at;
  }

  /** Adds the leaf at the position. */
  addLeaf(hash: Uint8Array): void {
    this.add(0, hash);
  }

  /** Adds the subtree of 2^level leaves that starts at the position. Throws RangeError when none may start there. */
  add(level: number, hash: Uint8Array): void {
    const width = 2 ** level;
    if (this.at % width !== 0) throw new RangeError('no such subtree starts here');
    let node = hash;
    for (let place = this.at / width; place % 2 === 1; place = (place - 1) / 2) {
      node = this.join(this.stack.pop() ?? emptyRoot(), node);
    }
    this.stack.push(node);
    this.at += width;
  }

  /** The root over everything that was added. */
  root(): Uint8Array {
    return foldSubtrees(this.stack, this.join);
  }

  /** The same state, to go on from in another way. */
  fork(): RootFold {
    const fork = new RootFold(this.join);
    fork.stack.push(...this.stack);
    fork.at = this.at;
    return fork;
  }
}
