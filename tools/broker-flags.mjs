/**
 * What Node is told for a process that decides: a young generation of 64 MiB a half, four times the default. A request lives for as long as the log
 * takes to be durable; in a small one hundreds of them are copied over and over before they end. It stays that large: when V8 collects the whole heap
 * while little is asked it makes the young generation smaller, and the requests after a pause would meet a small one.
 */
export const brokerFlags = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
