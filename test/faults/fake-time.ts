import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The clock of some processes, set while they run (libfaketime). Their monotonic clock stays true. */
export class FakeTime {
  private readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-faketime-'));
  private readonly file = join(this.folder, 'offset');

  constructor(offsetSeconds: number) {
    this.set(offsetSeconds);
  }

  /** The environment that puts a process under this clock. */
  env(): Record<string, string> {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Steps the clock, within a second, to so many seconds beside the true time. */
  set(offsetSeconds: number): void {
    const draft = `${this.file}.new`;
    writeFileSync(draft, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
    renameSync(draft, this.file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function library(): string {
  const found = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('faketime is installed, its library is not');
  return found;
}
