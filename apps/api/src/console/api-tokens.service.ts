import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.js';
import { BadRequestError, ForbiddenError, NotFoundError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import type { ApiToken, ApiTokenStore } from './api-tokens.ports.js';
import { CONSOLE_ROLES, type ConsoleRole } from './console-roles.js';

const MAX_NAME = 100;
const MAX_DAYS = 365;
const DAY_MS = 86_400_000;

export interface NewApiToken {
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresInDays: number;
}

/** Makes, lists and revokes API tokens. */
export class ApiTokenService {
  constructor(
    private readonly store: ApiTokenStore,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
  ) {}

  list(tenantId: string): Promise<readonly ApiToken[]> {
    return this.store.list(tenantId);
  }

  /** `held`: the roles of whoever makes it; nobody hands out more than they hold. */
  async create(
    tenantId: string,
    wanted: NewApiToken,
    maker: { readonly actor: string; readonly held: readonly string[] },
  ): Promise<{ token: ApiToken; secret: string }> {
    const name = wanted.name.trim();
    if (name === '' || name.length > MAX_NAME) {
      throw new BadRequestError(`name: between 1 and ${MAX_NAME} characters`, { field: 'name' });
    }
    if (
      !Number.isInteger(wanted.expiresInDays) ||
      wanted.expiresInDays < 1 ||
      wanted.expiresInDays > MAX_DAYS
    ) {
      throw new BadRequestError(`expiresInDays: a whole number from 1 to ${MAX_DAYS}`, {
        field: 'expiresInDays',
      });
    }
    const nowMs = this.clock.nowMs();
    const token: ApiToken = {
      id: newId(nowMs),
      name,
      roles: grantable(wanted.roles, maker.held),
      createdBy: maker.actor,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + wanted.expiresInDays * DAY_MS,
    };
    const secret = `spt_${tenantId}_${randomBytes(32).toString('base64url')}`;
    await this.store.add(tenantId, token, createHash('sha256').update(secret).digest());
    await this.facts.catchUp(tenantId);
    return { token, secret };
  }

  async revoke(tenantId: string, id: string, actor: string): Promise<ApiToken> {
    const token = await this.store.revoke(tenantId, id, actor, this.clock.nowMs());
    if (!token) throw new NotFoundError('no such API token');
    await this.facts.catchUp(tenantId);
    return token;
  }
}

function grantable(wanted: readonly string[], held: readonly string[]): ConsoleRole[] {
  const roles = CONSOLE_ROLES.filter((role) => wanted.includes(role));
  if (roles.length === 0 || roles.length !== new Set(wanted).size) {
    throw new BadRequestError(`roles: one or more of ${CONSOLE_ROLES.join(', ')}`, {
      field: 'roles',
    });
  }
  const excess = roles.find((role) => !held.includes(role) && !held.includes('admin'));
  if (excess !== undefined)
    throw new ForbiddenError(`roles: you do not hold ${excess} yourself`, { field: 'roles' });
  return roles;
}
