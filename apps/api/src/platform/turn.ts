/** Lets everything that waits have its turn of the event loop, decisions first of all. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
