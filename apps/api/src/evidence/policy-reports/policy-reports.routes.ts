import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../../platform/errors.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { FactsRegister, Pep } from '../../registers/facts.ports.js';
import { type EvidenceService, MAX_PAGE } from '../evidence.service.js';
import { policyReports } from './policy-report.js';
import { type ReportedAdmission, reportedAdmission } from './reported-admission.js';

/** Decisions that reports are made of: the newest, so that a report costs the same however long the log is. */
const MAX_PAGES = 10;

/** What a cluster let in although policies stood against it, as Kubernetes has reports; made from the log whenever it is asked for. */
export class PolicyReportsRoutes extends RouteRegistrar {
  constructor(
    private readonly evidence: EvidenceService,
    private readonly facts: FactsRegister,
  ) {
    super();
  }

  override register(server: FastifyInstance): void {
    const options = { config: { access: 'pep', body: 'none' } } as const;
    server.get('/v1/kubernetes/reports', options, this.reports);
  }

  private readonly reports = async (request: FastifyRequest, reply: FastifyReply) => {
    const { pep } = credentialOf(request, 'pep');
    if (pep.kind !== 'kubernetes')
      throw new ForbiddenError('this enforcement point is not of the kind kubernetes');
    const admissions = await this.admissionsOf(pep);
    const tenant = this.facts.tenant(pep.tenantId);
    const policies = tenant?.shadow ?? tenant?.policy;
    reply.header('cache-control', 'private, max-age=1');
    const items = policyReports(admissions, pep.name, (id) => policies?.annotations.get(id));
    return { apiVersion: 'v1', kind: 'List', metadata: {}, items };
  };

  /** Newest first. */
  private async admissionsOf({ tenantId, name }: Pep): Promise<ReportedAdmission[]> {
    // As far as the log goes now, where that is not too much work.
    await this.evidence.catchUp(tenantId);
    const admissions: ReportedAdmission[] = [];
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { entries, nextCursor } = await this.evidence.search(tenantId, {
        filter: { type: 'decision', pep: name },
        scope: 'everything',
        limit: MAX_PAGE,
        after,
      });
      admissions.push(...entries.flatMap(({ entry }) => reportedAdmission(entry) ?? []));
      if (nextCursor === undefined) break;
      after = nextCursor;
    }
    return admissions;
  }
}
