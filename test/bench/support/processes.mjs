/** CPU time and memory of a process with all that it started, read from Linux's /proc. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

let ticksPerSecond;

/**
 * CPU time, user and system, that this process, its descendants and their ended children have used, in microseconds.
 * The kernel counts in ticks of 10 ms as a rule: measure over seconds.
 */
export function cpuMicros(pid) {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const ticks = treeOf(pid).reduce((sum, process) => sum + process.ticks, 0);
  return (ticks / ticksPerSecond) * 1e6;
}

/** Resident memory of this process and its descendants, in bytes; pages that they share count for each. */
export function residentBytes(pid) {
  return treeOf(pid).reduce((sum, { residentKib }) => sum + residentKib * 1_024, 0);
}

/** The process and its descendants, as they are now. */
export function treeOf(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .filter((process) => process !== undefined);
  const tree = all.filter((process) => process.pid === pid);
  for (let next = 0; next < tree.length; next += 1)
    tree.push(...all.filter(({ parent }) => parent === tree[next].pid));
  return tree;
}

/** Undefined when it ended while we looked. */
function read(pid) {
  try {
    return parseProcess(
      readFileSync(`/proc/${pid}/stat`, 'utf8'),
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    );
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return undefined;
    throw error;
  }
}

/** proc(5): the name in parentheses may hold anything, the fields after it are numbers. */
export function parseProcess(stat, status) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent] = fields.map(Number);
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
  return {
    pid: Number.parseInt(stat, 10),
    parent,
    ticks: user + system + childUser + childSystem,
    residentKib: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0),
  };
}
