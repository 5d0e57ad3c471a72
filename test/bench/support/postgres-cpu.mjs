import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100; // USER_HZ, fixed on Linux

/** CPU in microseconds that a PostgreSQL server and its processes, ended ones included, have used so far. Linux only. */
export function cpuOfServer(pid) {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (!fields) continue;
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    if (Number(name) === pid) ticks += user + system + endedUser + endedSystem;
    if (Number(fields[1]) === pid) ticks += user + system;
  }
  return (ticks * 1_000_000) / TICKS_A_SECOND;
}

/** Fields of /proc/<pid>/stat from the third on: the second, the name, may hold spaces. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // ended meanwhile
  }
}
