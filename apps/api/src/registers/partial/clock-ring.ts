/** What can be forgotten again. */
export interface Evictable {
  /** Set by whoever reads it, taken back by the ring as it passes: what was read since then stays. */
  wasRead: boolean;
}

/**
 * Second-chance replacement (CLOCK): a bound on what is held, for the price of a flag on every read. `evict` forgets one and says whether
 * it could; `weightOf` says how much of the capacity it takes.
 */
export class ClockRing<T extends Evictable> {
  private readonly held: T[] = [];
  private hand = 0;
  private weight = 0;

  constructor(
    private readonly capacity: number,
    private readonly weightOf: (one: T) => number,
    private readonly evict: (one: T) => boolean,
  ) {}

  add(one: T): void {
    this.held.push(one);
    this.grow(this.weightOf(one));
  }

  /** Something held takes that much more (or less) than it did. */
  grow(by: number): void {
    this.weight += by;
    if (this.weight > this.capacity) this.makeRoom();
  }

  /** Twice around at most: what cannot be forgotten, because others hang on it, may exceed the capacity. */
  private makeRoom(): void {
    for (let steps = 2 * this.held.length; steps > 0 && this.weight > this.capacity; steps -= 1) {
      this.hand = this.hand < this.held.length ? this.hand : 0;
      const one = this.held[this.hand];
      if (one === undefined) return;
      const weight = this.weightOf(one);
      if (one.wasRead || !this.evict(one)) {
        one.wasRead = false;
        this.hand += 1;
        continue;
      }
      this.weight -= weight;
      const last = this.held.pop();
      if (last !== undefined && last !== one) this.held[this.hand] = last;
    }
  }
}
