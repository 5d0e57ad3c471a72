import type { LogReader } from './log-reader.ports.js';

/** Tenants that are read at the same time. */
const AT_ONCE = 4;

/** The latest moment that the logs of these tenants have seen, in milliseconds since the epoch; 0 when they are empty. */
export async function latestLoggedMs(
  reader: LogReader,
  tenantIds: readonly string[],
): Promise<number> {
  let latest = 0;
  for (let at = 0; at < tenantIds.length; at += AT_ONCE) {
    const some = tenantIds.slice(at, at + AT_ONCE).map((id) => latestOf(reader, id));
    latest = Math.max(latest, ...(await Promise.all(some)));
  }
  return latest;
}

async function latestOf(reader: LogReader, tenantId: string): Promise<number> {
  const state = await reader.state(tenantId);
  if (!state || state.size === 0) return 0;
  const [entry] = await reader.entries(tenantId, state.size - 1, state.size);
  const { time } = JSON.parse(new TextDecoder().decode(entry)) as { time: string };
  return Math.max(Date.parse(time), state.checkpoint?.signedAt.getTime() ?? 0);
}
