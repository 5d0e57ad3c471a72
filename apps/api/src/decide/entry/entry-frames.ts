import type { Judged } from '../decision-state.js';
import { inOnePiece } from './canonical-text.js';
import type { Answered } from './decision-entry.js';

/** An entry without its duration, its id and its resource, which stand between these five in this order, the resource twice. */
export type Frame = readonly [string, string, string, string, string];

type ByPolicy = Judged & { readonly by: 'policy' };

interface Kept {
  readonly judged: ByPolicy;
  readonly answer: Answered;
  frame: Frame;
  isOnePiece: boolean;
}

/** The questions of a batch have few answers: so many are kept, the oldest gives way. */
const MOST = 4;

/** The frames of the last entries: the questions of a batch mostly differ in their resource alone, and end alike. */
export class EntryFrames {
  private readonly kept: Kept[] = [];
  private oldest = 0;

  constructor(private readonly write: (judged: Judged, answer: Answered) => Frame) {}

  of(judged: Judged, answer: Answered): Frame {
    if (judged.by === 'step') return this.write(judged, answer);
    for (const one of this.kept) if (isSame(one, judged, answer)) return again(one);
    const frame = this.write(judged, answer);
    this.kept[this.oldest] = { judged, answer, frame, isOnePiece: false };
    this.oldest = (this.oldest + 1) % MOST;
    return frame;
  }
}

/** Nearly all frames are used once. For the others it pays to have no text that is walked through each time. */
function again(kept: Kept): Frame {
  if (!kept.isOnePiece) {
    const whole = inOnePiece(kept.frame.join(''));
    let from = 0;
    const pieces = kept.frame.map((piece) => whole.slice(from, (from += piece.length)));
    kept.frame = pieces as unknown as Frame;
    kept.isOnePiece = true;
  }
  return kept.frame;
}

/**
 * Whether nothing that a frame is made of differs. INVARIANT: nobody writes into a state after policy has judged it, so that what
 * is kept is still what its frame was made of.
 */
function isSame({ judged: { state: a, permitted }, answer }: Kept, other: ByPolicy, now: Answered) {
  const { state: b } = other;
  return (
    a.evaluation === b.evaluation &&
    a.facts === b.facts &&
    a.shadow === b.shadow &&
    a.policyVersion === b.policyVersion &&
    a.pep === b.pep &&
    a.atMs === b.atMs &&
    a.requestId === b.requestId &&
    permitted === other.permitted &&
    answer.decision === now.decision &&
    answer.tokenId === now.tokenId &&
    a.question.subject === b.question.subject &&
    a.question.context === b.question.context &&
    a.question.action.name === b.question.action.name &&
    a.question.action.properties === b.question.action.properties &&
    isSameList(a.reasons, b.reasons)
  );
}

function isSameList(some: readonly string[], others: readonly string[]): boolean {
  if (some === others) return true;
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false;
  return true;
}
