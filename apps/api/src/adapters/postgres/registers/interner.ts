/** Remembers what a text was turned into, so that equal texts share one value. Bounded: when it is full it starts anew. */
export class Interner<T> {
  private readonly values = new Map<string, T>();

  /** What `make` returns is shared: nobody may change it. */
  constructor(
    private readonly make: (text: string) => T,
    private readonly capacity = 4_096,
  ) {}

  get(text: string): T {
    const known = this.values.get(text);
    if (known !== undefined) return known;
    if (this.values.size >= this.capacity) this.values.clear();
    const value = this.make(text);
    this.values.set(text, value);
    return value;
  }
}
