import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK = Buffer.alloc(65_536);
const PIECE = Buffer.alloc(512);

/** A file system of its own, in memory, that a test can fill up. Needs root on Linux. */
export class SmallDisk {
  private readonly ballast: string;

  private constructor(readonly path: string) {
    this.ballast = join(path, 'ballast');
  }

  static isPossible(): boolean {
    return process.platform === 'linux' && process.getuid?.() === 0 && canMount();
  }

  static mount(megabytes: number): SmallDisk {
    return new SmallDisk(mount(megabytes));
  }

  /** Takes what space there is. Call again: somebody may have freed some. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (const piece of [CHUNK, PIECE]) while (wrote(file, piece));
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    unlinkSync(this.ballast);
  }

  unmount(): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }
}

function mount(megabytes: number): string {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  try {
    const options = `size=${megabytes}m,mode=0755`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return path;
}

/** Root in a container may not be allowed to. */
function canMount(): boolean {
  try {
    SmallDisk.mount(1).unmount();
    return true;
  } catch {
    return false;
  }
}

function wrote(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
