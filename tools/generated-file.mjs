import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Writes generated files, or with `--check` on the command line compares them and exits 1 when one is stale.
 * @param {Record<string, string>} files content by path from the checkout's root
 * @param {string} command what to run to refresh them
 */
export function writeOrCheck(files, command) {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    const current = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
    if (current === content) continue;
    if (process.argv.includes('--check')) {
      console.error(`${path} is stale: run ${command}`);
      process.exitCode = 1;
    } else {
      writeFileSync(target, content);
      console.log(`wrote ${path}`);
    }
  }
}
