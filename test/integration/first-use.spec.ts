import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { closeAdapters, createAdapters } from '../../apps/api/src/app.adapters.js';
import { loadConfig } from '../../apps/api/src/platform/config/index.js';
import { createDatabase } from '../support/postgres.js';

test('whoever looks at a request first waits for nothing to be compiled, and neither do the decisions beside', async () => {
  const target = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-first-use-'));
  const config = loadConfig({
    SALLYPORT_PROFILE: 'development',
    SALLYPORT_DATA_DIR: dataDir,
    DATABASE_URL: target.url,
    SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'),
    SALLYPORT_ADMIN_TOKEN: randomBytes(24).toString('base64url'),
  });
  const { Module } = WebAssembly;
  const compiled: WebAssembly.Module[] = [];
  const construct = (original: typeof Module, [bytes]: [Uint8Array<ArrayBuffer>]) => {
    compiled.push(new original(bytes));
    return compiled.at(-1) as WebAssembly.Module;
  };
  WebAssembly.Module = new Proxy(Module, { construct });
  const faults = { report: () => undefined };
  const adapters = await createAdapters(config, faults, () => undefined);
  try {
    expect(compiled.filter(isPrismas)).toHaveLength(1);
    await adapters.database.tenantTx('acme', ({ prisma }) =>
      prisma.accessRequest.findMany({ include: { reviews: true } }),
    );
    expect(compiled.filter(isPrismas)).toHaveLength(1);
  } finally {
    WebAssembly.Module = Module;
    await closeAdapters(adapters);
    rmSync(dataDir, { recursive: true });
    await target.drop();
  }
});

function isPrismas(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === 'querycompiler_new');
}
