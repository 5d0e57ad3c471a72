import type { IncomingHttpHeaders } from 'node:http';
import { mostTelling, type PepRoute, type TenantSettings } from '@sallyport/contracts';
import { type FactsRegister, whenResident } from '../../registers/facts.ports.js';
import type { Asker } from '../decide-input.js';
import type { DecideService } from '../decide.service.js';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE } from '../subject/verified-token.js';
import { mayBeAudience } from '../tokens/audience.js';
import { askAddress, signInAddress, wantsPage } from './browser-page.js';
import { denialOf } from './denial.js';
import { endUserToken } from './end-user-token.js';
import type { RequestLine, RequestLineResult } from './request-line.js';
import { matchRoute, type MatchedRoute } from './route-match.js';
import { unreadable } from './unreadable-question.js';
import { headersToRemove, upstreamHeaders } from './upstream-headers.js';

/** What the gateway is told. */
export interface Answered {
  readonly status: 200 | 302 | 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request of a gateway, while it is answered. */
interface Ask {
  readonly asker: Asker;
  readonly headers: IncomingHttpHeaders;
  readonly line: RequestLine;
  readonly relaysRedirects: boolean;
  readonly isEnvoy: boolean;
  readonly settings: TenantSettings | undefined;
  readonly matched?: MatchedRoute;
}

type Refusal = Parameters<DecideService['refuse']>[2];

/** From a request line to the answer that a gateway can act on. Rejects where no decision could be recorded. */
export class ForwardAuthAnswers {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly consoleUrl: string,
  ) {}

  async answer(
    asker: Asker,
    read: RequestLineResult,
    headers: IncomingHttpHeaders,
    isEnvoy: boolean,
  ): Promise<Answered> {
    const settings = this.facts.tenant(asker.pep.tenantId)?.settings;
    const line = read.ok ? read.line : read.seen;
    const ask = { asker, headers, line, settings, isEnvoy, relaysRedirects: false };
    if (!read.ok) return this.refuse(ask, 'request-invalid', read.problem);
    const matched = matchRoute(asker.pep, line);
    if (!matched) return this.refuse(ask, 'route-unknown');
    return this.ask({ ...ask, relaysRedirects: read.relaysRedirects, matched }, matched);
  }

  private async ask(ask: Ask, matched: MatchedRoute): Promise<Answered> {
    const { asker, headers, line, settings } = ask;
    const { route } = matched;
    if (route.token && !mayBeAudience(route.token.audience, asker.pep, settings))
      return this.refuse(
        ask,
        'request-invalid',
        'tokens are not issued for the audience of the route',
      );
    const token = endUserToken(headers, route.cookie, route.subject);
    if (token === undefined) return this.refuse(ask, 'subject-token-missing');
    const question = questionOf(matched, line, token, headers);
    const outcome = await this.decide.decide({ ...asker, question, token: route.token });
    return outcome.decision ? this.permit(ask, outcome, route) : this.deny(ask, outcome);
  }

  /** Recorded like every other decision, although it could not even be put as a question. */
  private async refuse(ask: Ask, reason: Refusal, problem?: string): Promise<Answered> {
    const outcome = await this.decide.refuse(ask.asker, unreadable(ask.line), reason);
    const answered = outcome.decision ? await this.permit(ask, outcome) : this.deny(ask, outcome);
    if (problem === undefined) return answered;
    return { ...answered, headers: { ...answered.headers, 'x-sallyport-problem': problem } };
  }

  private async permit(
    { asker, isEnvoy }: Ask,
    outcome: DecisionOutcome,
    route?: PepRoute,
  ): Promise<Answered> {
    const wantsGroups = route?.groups === true && outcome.facts !== undefined;
    const groups = wantsGroups ? await this.groupsOf(asker.pep.tenantId, outcome) : [];
    const given = upstreamHeaders(outcome, groups);
    const reason = mostTelling(outcome.reasons) ?? 'policy-permit';
    const headers = isEnvoy
      ? { ...withoutEmpty(given), 'x-envoy-auth-headers-to-remove': headersToRemove(given) }
      : given;
    return {
      status: 200,
      headers: { ...headers, ...decisionHeaders(outcome), 'x-sallyport-reason': reason },
      body: '',
    };
  }

  private deny(ask: Ask, outcome: DecisionOutcome): Answered {
    const reason = mostTelling(outcome.reasons) ?? 'no-matching-policy';
    const denial = denialOf(reason, outcome.decisionId, ask.headers.accept);
    const location = this.elsewhere(ask, outcome, denial.status);
    const headers = {
      ...denial.headers,
      ...decisionHeaders(outcome),
      'x-decision-id': outcome.decisionId,
      ...(location === undefined ? {} : { location }),
    };
    const status = location !== undefined && ask.relaysRedirects ? 302 : denial.status;
    return { ...denial, status, headers };
  }

  /** Where a person is better off than with a denial; undefined for programs, and where the route does not say so. */
  private elsewhere(ask: Ask, outcome: DecisionOutcome, status: 401 | 403): string | undefined {
    const { line, headers, settings, matched } = ask;
    if (!matched || !wantsPage(line.method, headers.accept)) return undefined;
    if (status === 401) {
      const isSent = matched.route.unauthenticated === 'redirect';
      return isSent ? signInAddress(settings?.browser, line) : undefined;
    }
    const isAsked = matched.route.denied === 'ask' && outcome.by === 'policy';
    return isAsked
      ? askAddress(this.consoleUrl, matchedQuestion(matched), outcome.decisionId)
      : undefined;
  }

  private async groupsOf(tenantId: string, { subject }: DecisionOutcome): Promise<string[]> {
    const ancestors = await whenResident(
      () => this.facts.tenant(tenantId)?.ancestorsOf(subject) ?? [],
    );
    return ancestors
      .filter(({ type }) => type === 'group')
      .map(({ id }) => id)
      .sort();
  }
}

function matchedQuestion({
  action,
  resource,
}: MatchedRoute): Pick<Question, 'action' | 'resource'> {
  return { action: { name: action }, resource };
}

function questionOf(
  matched: MatchedRoute,
  { clientIp }: RequestLine,
  token: string,
  headers: IncomingHttpHeaders,
): Question {
  const deviceId = headers['x-device-id'];
  return {
    subjectToken: { token, type: DEFAULT_SUBJECT_TOKEN_TYPE },
    ...matchedQuestion(matched),
    context: {
      ...matched.context,
      ...(clientIp === undefined ? {} : { ip: clientIp }),
      ...(typeof deviceId === 'string' && deviceId !== '' ? { device_id: deviceId } : {}),
    },
  };
}

function decisionHeaders(outcome: DecisionOutcome): Record<string, string> {
  const warning = warningOf([outcome]);
  return {
    ...(outcome.policyVersion === null ? {} : { 'x-policy-version': outcome.policyVersion }),
    ...(warning === undefined ? {} : { 'x-sallyport-warning': warning }),
  };
}

function withoutEmpty(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}
