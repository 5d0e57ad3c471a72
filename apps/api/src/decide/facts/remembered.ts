const MAX = 10_000;

/**
 * What was made of something that never changes, for the next time: bounded, and emptied when it is full, for keeping track of
 * what was used last would cost more than making a few things again.
 */
export class Remembered<Key extends object, Value> {
  private readonly values = new Map<Key, Value>();

  constructor(private readonly make: (key: Key) => Value) {}

  get(key: Key): Value {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    if (this.values.size >= MAX) this.values.clear();
    const value = this.make(key);
    this.values.set(key, value);
    return value;
  }
}
