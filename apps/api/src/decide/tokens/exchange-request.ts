import type { EntityRef, JsonObject } from '@sallyport/contracts';
import type { DescribedAction, Question } from '../question.js';
import { SUBJECT_TOKEN_TYPES } from '../subject/verified-token.js';
import { readRequestedDetail } from './authorization-details.js';
import type { Form } from './form.js';
import { OAuthError } from './oauth-error.js';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

/** A token exchange request (RFC 8693 §2.1), read and checked for shape. */
export interface ExchangeRequest {
  readonly audience: string;
  /** The question for the first action; the others differ in their action alone. */
  readonly question: Question;
  readonly actions: readonly DescribedAction[];
}

/**
 * `resource` (a URN `urn:sallyport:<type>:<id>`, both percent-encoded) with `scope` (action names), or RFC 9396's
 * `authorization_details` alone. Throws OAuthError.
 */
export function readExchange(form: Form): ExchangeRequest {
  const grantType = form.required('grant_type');
  if (grantType !== TOKEN_EXCHANGE) {
    throw new OAuthError('unsupported_grant_type', `grant_type must be ${TOKEN_EXCHANGE}`);
  }
  const token = form.required('subject_token', 16_384);
  const type = form.required('subject_token_type');
  if (!SUBJECT_TOKEN_TYPES.some((known) => known === type)) {
    throw invalid(`subject_token_type must be one of ${SUBJECT_TOKEN_TYPES.join(', ')}`);
  }
  if (form.optional('actor_token', 16_384) !== undefined) {
    throw invalid('actor_token: delegation is not offered');
  }
  const wanted = form.optional('requested_token_type') ?? ACCESS_TOKEN_TYPE;
  if (wanted !== ACCESS_TOKEN_TYPE && wanted !== JWT_TYPE) {
    throw invalid('requested_token_type: only access tokens are issued');
  }
  const audience = form.optional('audience', 256, 'invalid_target');
  if (audience === undefined) throw new OAuthError('invalid_target', 'audience is required');
  const { resource, actions } = readTarget(form);
  const [action = { name: '' }] = actions;
  const subjectToken = { token, type };
  return {
    audience,
    actions,
    question: { subjectToken, action, resource, context: context(form) },
  };
}

interface Target {
  readonly resource: EntityRef;
  readonly actions: readonly DescribedAction[];
}

function readTarget(form: Form): Target {
  const details = form.optional('authorization_details', 8_192);
  const scope = form.optional('scope', 4_096);
  const resource = form.optional('resource', 4_096, 'invalid_target');
  if (details === undefined) {
    if (resource === undefined) throw new OAuthError('invalid_target', 'resource is required');
    return { resource: readResource(resource), actions: readScope(scope) };
  }
  if (scope !== undefined || resource !== undefined) {
    throw invalid('authorization_details stands alone: leave scope and resource out');
  }
  const detail = readRequestedDetail(details);
  if (typeof detail === 'string') throw new OAuthError('invalid_authorization_details', detail);
  return { resource: detail.resource, actions: unique(detail.actions) };
}

const MAX_ACTIONS = 16;
/** RFC 6749 §3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

function readScope(scope: string | undefined): readonly DescribedAction[] {
  const names = (scope ?? '').split(' ');
  if (names.length > MAX_ACTIONS || !names.every((name) => SCOPE_TOKEN.test(name))) {
    throw new OAuthError(
      'invalid_scope',
      `scope must be 1 to ${MAX_ACTIONS} action names with one space between`,
    );
  }
  return unique(names);
}

function unique(names: readonly string[]): readonly DescribedAction[] {
  return [...new Set(names)].map((name) => ({ name }));
}

function readResource(urn: string): EntityRef {
  const [, type, id] = /^urn:sallyport:([^:#]+):([^#]+)$/i.exec(urn) ?? [];
  try {
    const ref = { type: decodeURIComponent(type ?? ''), id: decodeURIComponent(id ?? '') };
    if (isBetween(ref.type, 256) && isBetween(ref.id, 1_024)) return ref;
  } catch {
    // A broken percent-encoding names nothing, like every other URN that is not ours.
  }
  throw new OAuthError(
    'invalid_target',
    'resource must be urn:sallyport:<type>:<id>, percent-encoded',
  );
}

function isBetween(text: string, max: number): boolean {
  return text.length >= 1 && text.length <= max;
}

/** Extension parameters: they count only where the enforcement point is trusted for them, like in AuthZEN's context. */
function context(form: Form): JsonObject {
  const entries = ['ip', 'device_id', 'purpose'].flatMap((name) => {
    const value = form.optional(name, 256);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_request', description);
}
