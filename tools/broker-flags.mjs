/**
 * What Node is told for a process that decides: a young generation of up to 64 MiB a half, four times the default. A request lives for as long as the log
 * takes to be durable; in a small one hundreds of them are copied over and over before they end.
 */
export const brokerFlags = ['--max-semi-space-size=64'];
