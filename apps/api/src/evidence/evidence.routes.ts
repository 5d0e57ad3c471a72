import { parseTilePath, TILE_WIDTH } from '@sallyport/audit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConflictError, NotFoundError } from '../platform/errors.js';
import { actorOf } from '../platform/http/credential.js';
import { parseBody } from '../platform/http/parse-body.js';
import { credentialOf } from '../platform/http/route-access.js';
import { RouteRegistrar } from '../platform/http/route-registrar.js';
import { exportBody, filterOf, listQuery } from './evidence.query.js';
import type { EvidenceExporter } from './evidence-exporter.js';
import { DEFAULT_PAGE, type EntryView, type EvidenceService } from './evidence.service.js';
import type { PublicLog } from './public-log.js';

interface TenantParams {
  readonly tenant: string;
}
interface EntryParams extends TenantParams {
  readonly id: string;
}

const READS = { config: { access: 'log-reader', body: 'none' } } as const;
const EXPORTS = { config: { access: 'evidence-exporter' } } as const;

const FOR_EVER = 'private, max-age=31536000, immutable';
const MOMENT = 'private, max-age=1';

/** The evidence door for machines: C2SP tlog-tiles, entries, proofs, exports. */
export class EvidenceRoutes extends RouteRegistrar {
  constructor(
    private readonly evidence: EvidenceService,
    private readonly log: PublicLog,
    private readonly exporter: EvidenceExporter,
  ) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/log/:tenant/checkpoint', READS, this.checkpoint);
    server.get('/log/:tenant/vkey', READS, this.vkey);
    server.get('/log/:tenant/tile/*', READS, this.tile);
    server.get('/v1/tenants/:tenant/entries', READS, this.list);
    server.get('/v1/tenants/:tenant/entries/:id', READS, this.entry);
    server.get('/v1/tenants/:tenant/entries/:id/proof', READS, this.proof);
    server.post('/v1/tenants/:tenant/exports', EXPORTS, this.export);
  }

  private readonly checkpoint = async (request: FastifyRequest, reply: FastifyReply) => {
    const { note } = await this.log.checkpoint(tenantOf(request));
    return reply.type('text/plain; charset=utf-8').header('cache-control', MOMENT).send(note);
  };

  private readonly vkey = async (request: FastifyRequest, reply: FastifyReply) => {
    const vkey = await this.log.vkey(tenantOf(request));
    const answer = reply.type('text/plain; charset=utf-8').header('cache-control', MOMENT);
    return answer.send(`${vkey}\n`);
  };

  private readonly tile = async (request: FastifyRequest, reply: FastifyReply) => {
    // The path as it was sent: a percent-encoded spelling of a tile is not its name.
    const [sent = ''] = request.url.split('?', 1);
    const path = parseTilePath(sent.slice(sent.indexOf('/tile/') + 1));
    if (!path) throw new NotFoundError('no such tile');
    const tile = await this.log.tile(tenantOf(request), path);
    // A partial tile gives way to a fuller one, but what it holds never changes either.
    reply.header('cache-control', path.width === TILE_WIDTH ? FOR_EVER : 'private, max-age=3600');
    return reply.type('application/octet-stream').send(Buffer.from(tile));
  };

  private readonly list = async (request: FastifyRequest, reply: FastifyReply) => {
    const { limit = DEFAULT_PAGE, after, ...filter } = parseBody(listQuery, request.query);
    const page = await this.evidence.search(tenantOf(request), {
      filter: filterOf(filter),
      scope: 'everything',
      limit,
      after,
    });
    reply.header('cache-control', 'no-store');
    return { entries: page.entries.map(listed), nextCursor: page.nextCursor ?? null };
  };

  /** The body is the entry byte for byte as it was logged and hashed; what is known about it stands in headers. */
  private readonly entry = async (request: FastifyRequest, reply: FastifyReply) => {
    const { id } = request.params as EntryParams;
    const view = await this.evidence.get(tenantOf(request), id, 'everything');
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-log-index', view.record.index)
      .header('x-leaf-hash', view.leafHash)
      .header('x-published', String(view.published))
      .send(Buffer.from(view.bytes));
  };

  private readonly proof = async (request: FastifyRequest, reply: FastifyReply) => {
    const { id } = request.params as EntryParams;
    const proof = await this.evidence.prove(tenantOf(request), id, 'everything');
    if (!proof) {
      reply.header('retry-after', '1');
      const reason = 'not-yet-published';
      throw new ConflictError('no checkpoint covers the entry yet; try again in a second', {
        reason,
      });
    }
    return reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${String(proof.index)}.tlog-proof"`)
      .send(proof.proof);
  };

  private readonly export = async (request: FastifyRequest, reply: FastifyReply) => {
    const { filter, maxEntries } = parseBody(exportBody, request.body);
    const credential = credentialOf(request, 'admin', 'api-token', 'session');
    const file = await this.exporter.start(tenantOf(request), {
      filter,
      actor: actorOf(credential),
      ...(maxEntries === undefined ? {} : { maxEntries }),
    });
    return reply
      .type('application/zip')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${file.name}"`)
      .send(file.zip);
  };
}

function tenantOf(request: FastifyRequest): string {
  return (request.params as TenantParams).tenant;
}

function listed({ record, entry, leafHash, published, summary }: EntryView) {
  return { index: record.index, published, leafHash, summary, entry };
}
