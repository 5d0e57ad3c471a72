/**
 * What Node is told for a process that decides.
 *
 * A young generation of 64 MiB a half, four times the default: a request lives for as long as the log takes to be durable; in a small one hundreds of
 * them are copied over and over before they end. It stays that large.
 *
 * A pause leaves the process as it was. In it V8 would collect the whole heap to give memory back, make the young generation smaller, and forget the
 * code that was not run since six such collections: the decisions after it would wait for that to be compiled anew.
 *
 * Old objects may become four times as large before the whole heap is collected. After a pause V8 allows them twice their size, and as it wants room
 * for a whole young generation besides, a load would begin with collections a few hundred milliseconds apart.
 */
export const brokerFlags = [
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--no-memory-reducer',
  '--no-flush-bytecode',
  '--heap-growing-percent=300',
];
