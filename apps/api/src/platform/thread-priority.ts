import { setPriority } from 'node:os';

const BEHIND = 10;

/**
 * For a thread beside those that decide: it gets the processor when they leave it. On Linux a priority is of the thread that asks
 * for it; elsewhere it is of the whole process, and stays as it is.
 */
export function stepBehindDecisions(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(BEHIND);
  } catch {
    // Where a sandbox forbids it, the work is to be done all the same.
  }
}
