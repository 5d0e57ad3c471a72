import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of public test vectors, or undefined (with the reason printed) where this machine has none.
 * They are not part of the repository: `SALLYPORT_VECTORS` names the folder, else `shared/vectors` beside the checkout.
 */
export function vectorsDir(): string | undefined {
  const named = process.env['SALLYPORT_VECTORS'];
  const dir = named ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
  if (existsSync(dir)) return dir;
  const hint =
    named === undefined ? 'set SALLYPORT_VECTORS to run them' : 'named by SALLYPORT_VECTORS';
  process.stderr.write(`skipping public test vectors: ${dir} does not exist (${hint})\n`);
  return undefined;
}
