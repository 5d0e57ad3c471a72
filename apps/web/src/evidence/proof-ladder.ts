import { leafHash, nodeHash, parseTlogProof } from '@sallyport/audit';

/** One rung: the running hash is joined with a sibling on one side. */
export interface Rung {
  readonly side: 'left' | 'right';
  readonly sibling: string;
  /** Hash after this rung, hex. */
  readonly result: string;
}

export interface Ladder {
  readonly leaf: string;
  readonly rungs: readonly Rung[];
  readonly root: string;
}

/** The inclusion path, rung by rung, for drawing. It decides nothing: `verifyEntry` does. RFC 9162 §2.1.3.2. */
export function ladderOf(proofText: string, entry: Uint8Array, treeSize: number): Ladder {
  const { index, proof } = parseTlogProof(proofText);
  const leaf = leafHash(entry);
  const rungs: Rung[] = [];
  let [at, last, hash] = [index, treeSize - 1, leaf];
  for (const sibling of proof) {
    const isLeft = at % 2 === 1 || at === last;
    if (isLeft) while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    hash = isLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    rungs.push({ side: isLeft ? 'left' : 'right', sibling: hex(sibling), result: hex(hash) });
    [at, last] = [half(at), half(last)];
  }
  return { leaf: hex(leaf), rungs, root: hex(hash) };
}

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function half(value: number): number {
  return Math.floor(value / 2);
}
