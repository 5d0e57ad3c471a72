import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { Body } from '../authzen/read-member.js';
import { requireWellFormed } from '../authzen/well-formed.js';
import type { DecideService } from '../decide.service.js';
import { AccessJudge } from './access-judge.js';
import { AdmissionJudge } from './admission-judge.js';
import { clusterPep } from './cluster-pep.js';
import { readReviewType, readUid } from './review-envelope.js';
import { deadlineMs } from './webhook-deadline.js';

/** What etcd takes twice (an UPDATE carries the old object too), as the API server itself bounds it. */
const MAX_BODY_BYTES = 3 * 1_024 * 1_024;
const ADMISSION = { kind: 'AdmissionReview', apiVersions: ['admission.k8s.io/v1'] };
const ACCESS = {
  kind: 'SubjectAccessReview',
  apiVersions: ['authorization.k8s.io/v1', 'authorization.k8s.io/v1beta1'],
};

type Review = FastifyRequest<{ Body: Body; Querystring: { readonly timeout?: unknown } }>;

/**
 * The webhooks of a Kubernetes API server. Whatever can be read as a review is answered with 200, denials too: any other status
 * leaves the decision to the webhook's failure policy.
 */
export class KubernetesRoutes extends RouteRegistrar {
  private readonly admissions: AdmissionJudge;
  private readonly accesses: AccessJudge;

  constructor(decide: DecideService, facts: FactsRegister, faults: FaultReporter) {
    super();
    this.admissions = new AdmissionJudge(decide, facts, faults);
    this.accesses = new AccessJudge(decide, facts, faults);
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'json' } as const;
    const options = { config, bodyLimit: MAX_BODY_BYTES };
    server.post('/v1/kubernetes/admission', options, (request: Review, reply) =>
      this.admission(request, reply),
    );
    server.post('/v1/kubernetes/authorize', { config }, (request: Review, reply) =>
      this.authorize(request, reply),
    );
  }

  private async admission(request: Review, reply: FastifyReply): Promise<object> {
    const pep = clusterPep(request);
    const { body } = request;
    if (request.mayBeIllFormed) requireWellFormed(body);
    const type = readReviewType(body, ADMISSION);
    const uid = readUid(body);
    const { answer, decisionId } = await this.admissions.judge({
      pep,
      requestId: request.id,
      uid,
      request: body['request'],
      deadlineMs: deadlineMs(request.query.timeout),
    });
    named(reply, decisionId);
    return { ...type, response: { uid, ...answer } };
  }

  private async authorize(request: Review, reply: FastifyReply): Promise<object> {
    const pep = clusterPep(request);
    const { body } = request;
    if (request.mayBeIllFormed) requireWellFormed(body);
    const type = readReviewType(body, ACCESS);
    const { answer, decisionId } = await this.accesses.judge({
      pep,
      requestId: request.id,
      spec: body['spec'],
      version: type.apiVersion.endsWith('/v1') ? 'v1' : 'v1beta1',
    });
    named(reply, decisionId);
    return { ...type, status: answer };
  }
}

function named(reply: FastifyReply, decisionId: string | undefined): void {
  if (decisionId !== undefined) reply.header('x-decision-id', decisionId);
  reply.header('cache-control', 'no-store');
}
