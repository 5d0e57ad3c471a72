import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Config } from './platform/config/index.js';

/** The built-in identity provider, in the development profile alone. */
export async function mountDevIdp(config: Config, server: FastifyInstance): Promise<void> {
  const { profile, dataDir, demo, http } = config;
  if (profile !== 'development' || demo.usersFile === undefined || dataDir === undefined) return;
  // Imported here alone: production never loads the provider.
  const [{ createDevIdp }, { DevIdpRoutes }, { DevUsers }] = await Promise.all([
    import('./adapters/dev-idp/dev-idp.js'),
    import('./adapters/dev-idp/dev-idp.routes.js'),
    import('./adapters/dev-idp/dev-users.js'),
  ]);
  const users = new DevUsers(readFileSync(demo.usersFile, 'utf8'));
  const provider = await createDevIdp({ publicUrl: http.publicUrl, dataDir, users });
  new DevIdpRoutes(provider, users).register(server);
}
