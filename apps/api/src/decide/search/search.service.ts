import type { ReasonCode } from '@sallyport/contracts';
import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import { UnavailableError } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import type { FactsRegister } from '../../registers/facts.ports.js';
import { refuse } from '../authzen/read-member.js';
import type { Asker } from '../decide-input.js';
import type { DecisionPipeline } from '../decide.pipeline.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import { type Asked, askedNow, type Identified } from '../decision-state.js';
import { bindingOf, type Continuation, PageTokens } from './page-tokens.js';
import type { SearchRequest } from './read-search.js';
import { searchEntry } from './search-entry.js';
import type { FoundPage, SearchOutcome } from './search-outcome.js';
import { SearchPages } from './search-pages.js';
import { Turns } from './turns.js';

export interface SearchServices {
  readonly facts: FactsRegister;
  readonly geo: GeoLocator;
  readonly settings: DecideSettings;
  readonly auditLog: AuditLog;
  readonly clock: Clock;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const NOTHING: FoundPage = { found: [], lastName: undefined, evaluated: 0 };

/**
 * Who may, on what, and how: AuthZEN §8. A search lists whatever an evaluation of the same body would permit; policies and the hierarchy say where to look, and each
 * candidate is judged by the pipeline that judges evaluations.
 */
export class SearchService {
  private readonly turns = new Turns();
  private readonly pages: SearchPages;
  private readonly tokens: PageTokens;

  constructor(
    private readonly pipeline: DecisionPipeline,
    private readonly services: SearchServices,
  ) {
    this.pages = new SearchPages(pipeline, services, this.turns);
    this.tokens = new PageTokens(services.settings.cursorKey);
  }

  /** Resolves when the search is durably recorded. Rejects with BadRequestError, RegisterTooLargeError or UnavailableError. */
  async search(asker: Asker, request: SearchRequest): Promise<SearchOutcome> {
    const atMs = this.services.clock.nowMs();
    const asked: Asked = {
      ...askedNow(asker, request.question, { decisionId: newId(atMs), atMs }),
      isRecorded: false,
    };
    await this.turns.next();
    const identified = await this.pipeline.identify(asked);
    if ('by' in identified) {
      const reasons = identified.by === 'step' ? [identified.reason] : [];
      return this.record(asked, request, { page: NOTHING, reasons });
    }
    return this.searchFor(identified, request);
  }

  private async searchFor(identified: Identified, request: SearchRequest): Promise<SearchOutcome> {
    const binding = bindingOf(identified, request);
    const { after, limit } = this.startOf(request, binding);
    const { policy } = identified.tenant;
    if (!policy)
      return this.record(identified, request, { page: NOTHING, reasons: ['policy-missing'] });
    const question = { searched: request.searched, identified };
    const most = Math.min(limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const page = await this.pages.page(question, policy, after, most);
    const { lastName } = page;
    const nextToken =
      lastName === undefined ? undefined : this.tokens.seal({ after: lastName, limit }, binding);
    const { version: policyVersion } = policy;
    return this.record(identified, request, { page, nextToken, policyVersion, reasons: [] });
  }

  /** A token brings its limit with it; one that is sent beside it has to be the same. */
  private startOf(
    { page: { token, limit } }: SearchRequest,
    binding: Uint8Array,
  ): Partial<Continuation> {
    if (token === undefined) return { limit };
    const continued = this.tokens.open(token, binding);
    if (limit !== undefined && limit !== continued.limit)
      refuse('page.limit', 'must be as in the request that the token came from, or absent');
    return continued;
  }

  private async record(
    asked: Asked,
    request: SearchRequest,
    answer: {
      readonly page: FoundPage;
      readonly nextToken?: string | undefined;
      readonly policyVersion?: string;
      readonly reasons: readonly ReasonCode[];
    },
  ): Promise<SearchOutcome> {
    const { page, nextToken, policyVersion = null, reasons } = answer;
    const outcome = { found: page.found, nextToken, policyVersion, reasons };
    const entry = searchEntry(asked, request, { ...outcome, evaluated: page.evaluated });
    try {
      await this.services.auditLog.append(asked.pep.tenantId, [entry]);
    } catch (cause) {
      throw new UnavailableError('the search could not be recorded, so there is no answer', {
        reason: 'audit-unavailable',
        cause,
      });
    }
    return { ...outcome, searchId: asked.decisionId };
  }
}
