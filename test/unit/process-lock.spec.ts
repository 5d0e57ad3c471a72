import { afterAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LockedError, takeLock } from '../../tools/process-lock.mjs';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sallyport-lock-'));
const lockTool = join(process.cwd(), 'tools/process-lock.mjs');
const inNode = (source: string) => [
  '--input-type=module',
  '-e',
  `import { takeLock } from ${JSON.stringify(lockTool)};${source}`,
];

describe('takeLock', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('refuses a second holder, naming the first, until it is given back', async () => {
    const path = join(folder, 'plain');
    const release = await takeLock(path);
    await expect(takeLock(path)).rejects.toBeInstanceOf(LockedError);
    await expect(takeLock(path)).rejects.toMatchObject({ pid: process.pid });
    release();
    expect(existsSync(path)).toBe(false);
    (await takeLock(path))();
  });

  it('takes over from a holder that was killed', async () => {
    const path = join(folder, 'killed');
    const holder = spawn(
      process.execPath,
      inNode(
        `await takeLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`,
      ),
    );
    await once(holder.stdout, 'data');
    await expect(takeLock(path)).rejects.toMatchObject({ pid: holder.pid });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    (await takeLock(path))();
  });

  it('takes over when the pid now belongs to another process', async () => {
    const path = join(folder, 'reused');
    writeFileSync(path, `${process.ppid} 1`);
    (await takeLock(path))();
  });

  it('lets one process at a time through, however many come at once and die', async () => {
    const path = join(folder, 'crowd');
    const journal = join(folder, 'journal');
    appendFileSync(journal, '');
    const source = `
      import { appendFileSync } from 'node:fs';
      await takeLock(${JSON.stringify(path)}, { onWait() {} });
      appendFileSync(${JSON.stringify(journal)}, 'in\\n');
      await new Promise((resolve) => setTimeout(resolve, 30));
      appendFileSync(${JSON.stringify(journal)}, 'out\\n');
      process.kill(process.pid, 'SIGKILL');
    `;
    const many = Array.from({ length: 8 }, () =>
      run(process.execPath, inNode(source)).catch(() => undefined),
    );
    await Promise.all(many);
    expect(readFileSync(journal, 'utf8')).toBe('in\nout\n'.repeat(8));
  }, 60_000);
});
