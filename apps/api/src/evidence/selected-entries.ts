/** The first of what grows by doubling. */
const FIRST_BYTES = 1_024;

/**
 * The indexes of the entries of an export, ascending. Kept as the gaps between them, one or two bytes for most: ten million
 * entries chosen by a filter take some megabytes, a range of any length nothing.
 */
export class SelectedEntries implements Iterable<number> {
  private gaps = new Uint8Array(FIRST_BYTES);
  private used = 0;
  private selected = 0;
  private firstIndex: number | undefined;
  private lastIndex = -1;

  /** The entries from `first` up to, not including, `end`. */
  static range(first: number, end: number): SelectedEntries {
    const range = new SelectedEntries();
    if (first >= end) return range;
    range.firstIndex = first;
    range.lastIndex = end - 1;
    range.selected = end - first;
    return range;
  }

  get count(): number {
    return this.selected;
  }

  /** Undefined when there are none. */
  get first(): number | undefined {
    return this.firstIndex;
  }

  /** Whether they follow each other without a gap. */
  get isContiguous(): boolean {
    return this.lastIndex - (this.firstIndex ?? 0) === this.selected - 1;
  }

  /** Adds an index beyond the last one. Throws RangeError for any other. */
  add(index: number): void {
    if (index <= this.lastIndex) throw new RangeError('entries are selected in ascending order');
    this.firstIndex ??= index;
    if (this.selected > 0) this.write(index - this.lastIndex - 1);
    this.lastIndex = index;
    this.selected += 1;
  }

  *[Symbol.iterator](): Generator<number> {
    if (this.firstIndex === undefined) return;
    let index = this.firstIndex;
    yield index;
    if (this.isContiguous) {
      while (index < this.lastIndex) yield (index += 1);
      return;
    }
    for (let at = 0; at < this.used;) {
      let [gap, weight] = [0, 1];
      for (let byte = 128; byte >= 128; weight *= 128) {
        byte = this.gaps[at++] ?? 0;
        gap += (byte % 128) * weight;
      }
      yield (index += gap + 1);
    }
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  private write(gap: number): void {
    if (this.used + 8 > this.gaps.length) {
      const larger = new Uint8Array(2 * this.gaps.length);
      larger.set(this.gaps);
      this.gaps = larger;
    }
    let rest = gap;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.gaps[this.used++] = 128 + (rest % 128);
    this.gaps[this.used++] = rest;
  }
}
