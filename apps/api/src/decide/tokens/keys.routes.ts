import type { AdminEntry } from '@sallyport/contracts';
import type { FastifyInstance } from 'fastify';
import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import { newId } from '../../platform/ids.js';
import { INSTANCE, type KeyRing } from '../../platform/key-ring.js';

/**
 * Rotation of the token signing key: the published next key begins to sign, the old one stays published until the last
 * token it signed has ended. Logged in the instance's own log before it happens.
 */
export class KeysRoutes extends RouteRegistrar {
  constructor(
    private readonly keys: KeyRing,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    server.post(
      '/v1/keys/token/rotate',
      { config: { access: 'admin', body: 'none' } },
      async () => {
        const before = await this.keys.signingKey(INSTANCE, 'token');
        await this.log.append(INSTANCE, [this.entry(before.kid)]);
        await this.keys.rotate(INSTANCE, 'token');
        const published = await this.keys.publicKeys(INSTANCE, 'token');
        return { keys: published.map(({ kid, state }) => ({ kid, state })) };
      },
    );
  }

  private entry(retiredKid: string): AdminEntry {
    const nowMs = this.clock.nowMs();
    const time = new Date(nowMs).toISOString();
    return {
      type: 'key.rotated',
      id: newId(nowMs),
      time,
      actor: 'admin:instance',
      detail: { purpose: 'token', retiredKid },
    };
  }
}
