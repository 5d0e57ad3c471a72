/** What the host of a virtual machine kept from it, read from Linux's /proc: it makes a number worse, and one subject's more than another's. */
import { existsSync, readFileSync } from 'node:fs';

const file = '/proc/stat';

/** Processor time so far, in ticks; undefined where the system does not tell. */
export function processorTicks() {
  return existsSync(file) ? parseProcessors(readFileSync(file, 'utf8')) : undefined;
}

/** proc(5): the first line counts all processors. `worked` leaves out the time of guests, which is in that of their users already. */
export function parseProcessors(stat) {
  const [user, nice, system, , , interrupts, softInterrupts, stolen = 0] = stat
    .slice(0, stat.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { worked: user + nice + system + interrupts + softInterrupts, stolen };
}

/** Of the time in which processors were wanted, the share in which the host ran something else; undefined where that is not known. */
export function stolenShare(before, after) {
  if (!before || !after) return undefined;
  const stolen = after.stolen - before.stolen;
  const wanted = stolen + after.worked - before.worked;
  return wanted === 0 ? 0 : stolen / wanted;
}

/** A line about it where it is worth one; none otherwise. */
export function stolenNote(share = 0) {
  const percent = Math.round(100 * share);
  if (percent < 1) return [];
  return [`The machine's host kept ${percent} % of the processor time that was wanted meanwhile.`];
}
