/**
 * What Node is told for a process that decides.
 *
 * A young generation of 64 MiB a half, four times the default: a request lives for as long as the log takes to be durable; in a small one hundreds of
 * them are copied over and over before they end. It stays that large.
 *
 * A pause leaves the process as it was. In it V8 would collect the whole heap to give memory back, make the young generation smaller, and forget the
 * code that was not run since six such collections: the first thousands of decisions after it would be interpreted until they are compiled anew.
 *
 * Old objects may become four times as large before the whole heap is collected, V8's own most. Once little was asked it allows them as little as
 * a third more, and as it wants room for a whole young generation besides, a load would begin with collections a few hundred milliseconds apart.
 */
export const brokerFlags = [
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--no-memory-reducer',
  '--no-flush-bytecode',
  '--heap-growing-percent=300',
];
