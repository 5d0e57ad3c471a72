import { reasonSentence } from '@sallyport/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { Body } from '../authzen/read-member.js';
import { readOptions } from '../authzen/read-options.js';
import { requireWellFormed } from '../authzen/well-formed.js';
import type { Question } from '../question.js';
import { readSearch, type Searched, type SearchRequest } from './read-search.js';
import type { Found, SearchOutcome } from './search-outcome.js';
import type { SearchService } from './search.service.js';

/** AuthZEN Authorization API 1.0 §8: search for subjects, resources and actions. */
export class SearchRoutes extends RouteRegistrar {
  constructor(private readonly searches: SearchService) {
    super();
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'json' } as const;
    for (const searched of ['subject', 'resource', 'action'] as const) {
      server.post<{ Body: Body }>(`/access/v1/search/${searched}`, { config }, (request, reply) =>
        this.search(searched, request, reply),
      );
    }
  }

  private async search(
    searched: Searched,
    request: FastifyRequest<{ Body: Body }>,
    reply: FastifyReply,
  ): Promise<object> {
    if (request.mayBeIllFormed) requireWellFormed(request.body);
    const { pep } = credentialOf(request, 'pep');
    const asked = readSearch(searched, request.body);
    const explains =
      readOptions(request.body).explain ||
      pep.explain ||
      request.headers['x-sallyport-explain'] === 'true';
    const outcome = await this.searches.search({ pep, requestId: request.id }, asked);
    reply.header('x-decision-id', outcome.searchId);
    if (outcome.policyVersion) reply.header('x-policy-version', outcome.policyVersion);
    reply.header('cache-control', 'private, max-age=0');
    return answer(asked, outcome, explains);
  }
}

/** §8.3. The page comes first, so that whoever reads as it comes knows whether there is more; it is left out where nobody asked for pages and there is one. */
function answer(
  { searched, question, page }: SearchRequest,
  outcome: SearchOutcome,
  explains: boolean,
) {
  const { found, nextToken, reasons } = outcome;
  const isPaged = page.isAsked || nextToken !== undefined;
  return {
    ...(isPaged ? { page: { next_token: nextToken ?? '' } } : {}),
    ...(explains && reasons.length > 0 ? { context: { reasons: reasons.map(explained) } } : {}),
    results: found.map((one) => result(one, searched, question)),
  };
}

function explained(code: SearchOutcome['reasons'][number]) {
  return { code, message: reasonSentence(code) };
}

/** Obligations as in the draft obligations profile: a member of the result. */
function result({ name, obligations }: Found, searched: Searched, question: Question): object {
  const type = searched === 'subject' ? question.subject?.type : question.resource.type;
  return {
    ...(searched === 'action' ? { name } : { type, id: name }),
    ...(obligations.length > 0 ? { obligations } : {}),
  };
}
