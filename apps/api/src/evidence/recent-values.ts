/** A bounded map that forgets what was not used for longest. */
export class RecentValues<T> {
  private readonly values = new Map<string, T>();

  constructor(private readonly limit: number) {}

  get(key: string): T | undefined {
    const value = this.values.get(key);
    if (value !== undefined) {
      // A Map keeps the order of insertion: what is put in again is the youngest.
      this.values.delete(key);
      this.values.set(key, value);
    }
    return value;
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  set(key: string, value: T): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= this.limit) return;
    const [oldest] = this.values.keys();
    if (oldest !== undefined) this.values.delete(oldest);
  }
}
