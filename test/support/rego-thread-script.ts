import { transformFileSync } from '@swc/core';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The thread of Rego policies, compiled by itself: a thread cannot run from sources. Inside of node_modules, for its imports. */
export function compileRegoThread(): { readonly script: URL; discard(): void } {
  const swc = JSON.parse(readFileSync('tools/swcrc.json', 'utf8')) as object;
  const cache = join(process.cwd(), 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'rego-thread-'));
  const source = 'apps/api/src/decide/rego/rego.worker.ts';
  const { code } = transformFileSync(source, { ...swc, swcrc: false, sourceMaps: false });
  const file = join(folder, 'rego.worker.js');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(file, code);
  return { script: pathToFileURL(file), discard: () => rmSync(folder, { recursive: true }) };
}
