import type { JsonObject, PepRoute } from '@sallyport/contracts';
import type { Pep, TenantFacts } from '../../registers/facts.ports.js';
import { endUserToken } from '../forward-auth/end-user-token.js';
import { ambiguityOf, type RequestLine } from '../forward-auth/request-line.js';
import { matchRoute, type MatchedRoute } from '../forward-auth/route-match.js';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE } from '../subject/verified-token.js';
import { type IdentityHeaders, identityHeaders } from './check-headers.js';
import type { CheckAttributes } from './check-request.js';
import { jwtSubject } from './jwt-metadata.js';
import { type Overrides, readOverrides } from './overrides.js';
import { Unaskable } from './unaskable.js';
import { type Workload, workloadOf } from './workload.js';

/** Who asks, as whom, and when. */
export interface CheckAsker {
  readonly pep: Pep;
  readonly tenant: TenantFacts | undefined;
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** The request line of the end user's request, as Envoy says; empty where it says nothing. */
export function requestLineOf(attributes: CheckAttributes | null | undefined): RequestLine {
  const http = attributes?.request?.http;
  // Envoy's own view of the client, which follows its settings for trusted hops: no header is asked.
  const clientIp = attributes?.source?.address?.socket_address?.address;
  return {
    method: http?.method ?? '',
    path: (http?.path ?? '').split('?', 1)[0] ?? '',
    ...(http?.host ? { host: http.host } : {}),
    ...(clientIp ? { clientIp } : {}),
  };
}

/** Puts a check as a question. Throws Unaskable. */
export function questionOf(
  attributes: CheckAttributes | null | undefined,
  line: RequestLine,
  asker: CheckAsker,
): Question {
  const http = attributes?.request?.http;
  if (!attributes || !http) throw new Unaskable('request-invalid', 'there is no HTTP request');
  const overrides = readOverrides(attributes);
  const headers = identityHeaders(http);
  const seen = workloadOf(asker.pep, {
    principal: attributes.source?.principal,
    xfcc: headers.xfcc,
    trustedHops: overrides.xfccTrustedHops,
  });
  const { action, resource, context, route } = routeOf(asker.pep, line, overrides);
  const who = subjectOf(attributes, { headers, route, seen, overrides, asker });
  return {
    ...who.proof,
    action: { name: action },
    resource,
    context: {
      ...context,
      ...(line.clientIp === undefined ? {} : { ip: line.clientIp }),
      ...deviceOf(headers, asker.pep),
      ...(seen ? { workload: seen.spiffeId } : {}),
      ...(http.host ? { host: http.host.slice(0, MAX_HOST_LENGTH) } : {}),
      adapter: ADAPTER,
      subject_source: who.source,
    },
  };
}

/** How the log names this door. */
export const ADAPTER = 'envoy';
const MAX_HOST_LENGTH = 255;

type Routed = Pick<MatchedRoute, 'action' | 'resource' | 'context'> & Partial<MatchedRoute>;

function routeOf(pep: Pep, line: RequestLine, overrides: Overrides): Routed {
  if (!/^[A-Z]{1,32}$/.test(line.method)) {
    throw new Unaskable('request-invalid', 'the method is not one HTTP method');
  }
  // Also where the proxy names the resource: which of its routes matched depends on how it read the path.
  const ambiguity = ambiguityOf(line.path);
  if (ambiguity !== undefined) throw new Unaskable('request-invalid', ambiguity);
  const matched = matchRoute(pep, line);
  const action = overrides.action ?? matched?.action;
  const type = overrides.resourceType ?? matched?.resource.type;
  const id = overrides.resourceId ?? matched?.resource.id;
  if (action === undefined || type === undefined || id === undefined) {
    throw new Unaskable('route-unknown', 'no route covers the request');
  }
  return { context: {}, ...matched, action, resource: { type, id } };
}

interface Clues {
  readonly headers: IdentityHeaders;
  readonly route: PepRoute | undefined;
  readonly seen: Workload | undefined;
  readonly overrides: Overrides;
  readonly asker: CheckAsker;
}

interface Who {
  readonly proof: Pick<Question, 'subject' | 'subjectToken'>;
  readonly source: 'token' | 'jwt_authn' | Workload['source'];
}

/** The end user by a token that we verify; else by one that Envoy verified, where it is trusted for that; else the workload. */
function subjectOf(
  { metadata_context: metadata }: CheckAttributes,
  { headers, route, seen, overrides, asker }: Clues,
): Who {
  if (overrides.subject !== 'workload') {
    const token = endUserToken(headers, route?.cookie, route?.subject);
    if (token !== undefined) {
      const type = DEFAULT_SUBJECT_TOKEN_TYPE;
      return { proof: { subjectToken: { token, type } }, source: 'token' };
    }
    if (route?.subject !== 'cookie' && /^bearer\b/i.test(headers.authorization ?? '')) {
      throw new Unaskable('subject-token-invalid', 'the bearer token is malformed');
    }
    const { pep, tenant, publicUrl, nowMs } = asker;
    // By name, like `xfcc`: Envoy's word for a token is only as good as the configuration of its filter.
    const subject = pep.trustedProperties?.has('jwt_authn')
      ? jwtSubject(metadata, { issuers: tenant?.settings.issuers ?? [], publicUrl, nowMs })
      : undefined;
    if (subject) return { proof: { subject }, source: 'jwt_authn' };
  }
  if (!seen || overrides.subject === 'user') {
    throw new Unaskable('subject-token-missing', 'the request names no subject');
  }
  return { proof: { subject: { type: 'workload', id: seen.spiffeId } }, source: seen.source };
}

/** A client can write this header itself, so an enforcement point must have been given the word for it by name. */
function deviceOf({ deviceId }: IdentityHeaders, pep: Pep): JsonObject {
  const isGiven = deviceId !== undefined && deviceId !== '';
  return isGiven && pep.trustedProperties?.has('device_id') ? { device_id: deviceId } : {};
}
