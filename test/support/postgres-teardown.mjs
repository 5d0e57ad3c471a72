import { rmSync } from 'node:fs';

/** Jest globalTeardown: ends what postgres-setup.mjs started. */
export default async function stopTestPostgres() {
  const { server, directory } = globalThis.testPostgres;
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
