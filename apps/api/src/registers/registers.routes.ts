import { writeTenantDirectory, type JsonObject } from '@sallyport/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../platform/errors.js';
import { actorOf } from '../platform/http/credential.js';
import { credentialOf } from '../platform/http/route-access.js';
import { RouteRegistrar } from '../platform/http/route-registrar.js';
import type { PolicyStore } from '../policies/policy-store.ports.js';
import { definitionOf } from './apply/stored-tenant.js';
import type { TenantApplier } from './apply/tenant-applier.js';
import type { Refused } from './apply/tenant-plan.js';
import type { TenantStore } from './apply/tenant-store.ports.js';
import type { FactsEditor } from './edit/facts-editor.js';
import type { ItemKind } from './edit/read-item.js';

const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
const admin = { config: { access: 'tenant-admin' } } as const;
const adminWithDirectory = {
  config: { access: 'tenant-admin', body: 'json-bytes' },
  bodyLimit: MAX_DIRECTORY_BYTES,
} as const;
const adminWithoutBody = { config: { access: 'tenant-admin', body: 'none' } } as const;

/** Tenants and their facts over HTTP: whole directories for people and pipelines, single facts for the systems that own them. */
export class RegistersRoutes extends RouteRegistrar {
  constructor(
    private readonly applier: TenantApplier,
    private readonly editor: FactsEditor,
    private readonly store: TenantStore,
    private readonly policies: PolicyStore,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const tenant = '/v1/tenants/:tenant';
    server.put(tenant, adminWithDirectory, (request, reply) => this.apply(request, reply));
    server.get(tenant, adminWithoutBody, (request) => this.export(request));
    const items = {
      device: '/devices/:id',
      consent: '/consents/:id',
      entity: '/entities/:type/:id',
    } as const;
    for (const [kind, path] of Object.entries(items) as [ItemKind, string][]) {
      server.put(tenant + path, admin, (request, reply) => this.put(kind, request, reply));
      server.delete(tenant + path, adminWithoutBody, async (request, reply) => {
        const { tenantId, key, actor } = itemOf(kind, request);
        await this.editor.remove(tenantId, kind, key, actor);
        return reply.code(204).send();
      });
    }
  }

  private async apply(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { tenant } = request.params as { tenant: string };
    const body = (request.body ?? new Uint8Array()) as Uint8Array;
    const result = await this.applier.applyBody(tenant, body, actorIn(request));
    if (!result.ok) return refuse(result, request, reply);
    if (!('changed' in result)) return { applied: false, ...result.plan };
    return { applied: true, changed: result.changed, ...result.plan };
  }

  private async export(request: FastifyRequest): Promise<unknown> {
    const { tenant } = request.params as { tenant: string };
    const stored = await this.store.read(tenant);
    if (!stored) throw new NotFoundError('no such tenant');
    const sources = stored.policy && (await this.policies.bundle(tenant, stored.policy.id));
    return { files: Object.fromEntries(writeTenantDirectory(definitionOf(stored, sources))) };
  }

  private async put(
    kind: ItemKind,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { tenantId, key, actor } = itemOf(kind, request);
    const body = (request.body ?? {}) as JsonObject;
    const outcome = await this.editor.put(tenantId, kind, key, body, actor);
    return reply.code(outcome === 'created' ? 201 : 200).send({ outcome });
  }
}

function itemOf(kind: ItemKind, request: FastifyRequest) {
  const { tenant, type, id } = request.params as { tenant: string; type?: string; id: string };
  const key = kind === 'entity' ? [type ?? '', id] : [id];
  return { tenantId: tenant, key, actor: actorIn(request) };
}

function actorIn(request: FastifyRequest): string {
  return actorOf(credentialOf(request, 'admin', 'api-token', 'session'));
}

function refuse({ problems }: Refused, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(422).send({
    error: 'unprocessable',
    message: `The directory has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}; nothing was changed.`,
    problems,
    requestId: String(request.id),
  });
}
