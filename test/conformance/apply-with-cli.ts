import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestBroker } from '../support/broker-in-process.js';

const CLI = fileURLToPath(new URL('../../apps/cli/bin/sallyport.mjs', import.meta.url));

/** Runs `sallyport apply <dir> --yes` as a person would, on a directory with these files. Resolves to what it printed. */
export async function applyWithCli(
  broker: Pick<TestBroker, 'url' | 'adminToken'>,
  files: Iterable<readonly [path: string, text: string]>,
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-apply-'));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CLI, 'apply', directory, '--yes'],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          SALLYPORT_URL: broker.url,
          SALLYPORT_TOKEN: broker.adminToken,
        },
        timeout: 30_000,
      },
    );
    return stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
