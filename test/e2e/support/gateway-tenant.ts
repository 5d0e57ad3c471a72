import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Demo } from './demo.js';
import { runCli } from './command-line.js';

interface PepEntry {
  readonly routes: readonly object[];
}

export interface AcmeDirectory {
  readonly path: string;
  discard(): void;
}

const ACME = fileURLToPath(new URL('../../../deploy/demo/acme', import.meta.url));
const PRODUCTION = { type: 'database', id: 'prod' };
/** Beside the demo's own GET: other methods of the same application. */
const MORE_ROUTES = [
  { method: 'HEAD', path: '/db', action: 'read', resource: PRODUCTION },
  { method: 'POST', path: '/db/query', action: 'read', resource: PRODUCTION },
];

/** The demo's directory with more routes of its gateway, and more settings of the tenant. */
export function acmeDirectory(routes: readonly object[], settings: object = {}): AcmeDirectory {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-acme-'));
  const path = join(root, 'acme');
  cpSync(ACME, path, { recursive: true });
  const file = join(path, 'peps.yaml');
  const peps = parse(readFileSync(file, 'utf8')) as readonly PepEntry[];
  const widened = peps.map((pep) => ({ ...pep, routes: [...pep.routes, ...routes] }));
  writeFileSync(file, stringify(widened));
  appendFileSync(
    join(path, 'tenant.yaml'),
    Object.keys(settings).length > 0 ? stringify(settings) : '',
  );
  return { path, discard: () => rmSync(root, { recursive: true, force: true }) };
}

/** Applies the demo tenant again, with more routes of the gateway, as an administrator does it: from a directory, by command line. */
export async function applyMoreRoutes(demo: Demo): Promise<void> {
  const directory = acmeDirectory(MORE_ROUTES);
  try {
    const { code, output } = await runCli(['apply', directory.path, '--yes'], {
      SALLYPORT_URL: demo.url,
      SALLYPORT_TOKEN: demo.adminToken,
      SALLYPORT_DEMO_PEP_KEY: demo.key,
    });
    if (code !== 0) throw new Error(`sallyport apply ended with ${code}: ${output}`);
  } finally {
    directory.discard();
  }
}
