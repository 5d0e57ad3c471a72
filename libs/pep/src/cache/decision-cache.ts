import type { Decision } from '../model.js';
import type { Signal } from '../signals/signal.js';

/** Who a kept answer is about; undefined where a token said so. */
export type About = { readonly type: string; readonly id: string } | undefined;

export interface Kept {
  readonly decision: Decision;
  /** On the clock that never jumps. */
  readonly untilMs: number;
  readonly about: About;
  /** The version of the facts that it was made from. */
  readonly factsVersion: number;
}

const MAX_KEY_CHARACTERS = 16_384;

/** Answers that may be kept, at most so many: the ones that were used longest ago go first. */
export class DecisionCache {
  private readonly kept = new Map<string, Kept>();
  private reachedVersion = Number.POSITIVE_INFINITY;

  constructor(
    readonly maxEntries: number,
    private readonly monotonicMs: () => number,
  ) {}

  get(key: string): Decision | undefined {
    const found = this.kept.get(key);
    if (!found) return undefined;
    this.kept.delete(key);
    if (this.monotonicMs() >= found.untilMs) return undefined;
    this.kept.set(key, found);
    return { ...found.decision, isCached: true };
  }

  /** INVARIANT: an answer made before something that is known to have changed is not kept. */
  put(key: string, kept: Kept): void {
    if (kept.factsVersion < this.reachedVersion || key.length > MAX_KEY_CHARACTERS) return;
    this.kept.delete(key);
    this.kept.set(key, kept);
    if (this.kept.size <= this.maxEntries) return;
    const [oldest] = this.kept.keys();
    if (oldest !== undefined) this.kept.delete(oldest);
  }

  /** What was seen of one subject touches no other; everything else may touch anything. */
  changed({ kind, type, id }: Signal): void {
    if (kind !== 'subject') return this.clear();
    for (const [key, { about }] of this.kept)
      if (!about || (about.type === type && about.id === id)) this.kept.delete(key);
  }

  clear(): void {
    this.kept.clear();
  }

  reached(version: number): void {
    this.reachedVersion = version;
  }
}
