/** The list without each of its members. */
export function* without<T>(list: readonly T[]): Generator<T[]> {
  for (let at = 0; at < list.length; at++) yield list.toSpliced(at, 1);
}

/** The list with one member replaced by something simpler. */
export function* withSimpler<T>(
  list: readonly T[],
  simpler: (member: T) => Iterable<T>,
): Generator<T[]> {
  for (const [at, member] of list.entries())
    for (const other of simpler(member)) yield list.with(at, other);
}
