import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100; // USER_HZ, fixed on Linux

/** CPU in microseconds that a PostgreSQL server and its living processes have used so far. Linux only. */
export function cpuOfServer(pid) {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields && (Number(name) === pid || Number(fields[1]) === pid))
      ticks += Number(fields[11]) + Number(fields[12]);
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
