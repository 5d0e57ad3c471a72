/** A lock file that dies with its holder: it names a process, and one that no longer runs holds nothing. */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/**
 * Takes the lock at `path`, waiting for a living holder when `onWait` is given (called once), else throwing LockedError.
 * Returns the function that gives it back; it's given back at exit in any case.
 */
export async function takeLock(path, { onWait } = {}) {
  for (let waited = false; ; waited = true) {
    if (tryTake(path)) return releaseAtExit(path);
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) discard(path, holder);
    else if (!onWait) throw new LockedError(holder.pid);
    else {
      if (!waited) onWait(holder.pid);
      await sleep(pollMs);
    }
  }
}

export class LockedError extends Error {
  constructor(pid) {
    super(`held by process ${pid}`);
    this.pid = pid;
  }
}

const mine = () => `${process.pid} ${startOf(process.pid)}`;

function tryTake(path) {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, mine(), { mode: 0o600 });
  try {
    linkSync(draft, path); // appears with its content, or not at all
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft);
  }
}

function readHolder(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, pid: Number(text.split(' ')[0]) };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, text }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return text === `${pid} ${startOf(pid)}`;
}

/** A pid is reused; a pid with its start time isn't. Where /proc is missing the pid alone must do. */
function startOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[19];
  } catch {
    return '';
  }
}

/** Two may discard at once: whoever moved a fresh lock aside by mistake puts it back. */
function discard(path, holder) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readHolder(aside)?.text !== holder.text) {
    try {
      linkSync(aside, path);
    } catch {
      // Somebody else holds it by now, and its rightful holder was that very process or is gone.
    }
  }
  rmSync(aside, { force: true });
}

function releaseAtExit(path) {
  const release = () => {
    process.off('exit', release);
    if (readHolder(path)?.text === mine()) rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}
