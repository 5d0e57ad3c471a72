import type { EntityRef, IssuerSettings } from '@sallyport/contracts';
import { issuerUrl } from '../subject/subject-tokens.js';
import type { CheckMetadata, ProtoStruct } from './check-request.js';
import { memberOf } from './check-request.js';
import { Unaskable } from './unaskable.js';

const NAMESPACE = 'envoy.filters.http.jwt_authn';
const MAX_SUBJECT_LENGTH = 1_024;

interface Verifier {
  readonly issuers: readonly IssuerSettings[];
  readonly publicUrl: string;
  readonly nowMs: number;
}

/**
 * Whom the payload speaks of that Envoy's jwt_authn filter verified (`payload_in_metadata`); undefined where there is none. The
 * signature is Envoy's to check; issuer, audience and end are checked again, so that a provider which the tenant does not know
 * names nobody. Throws Unaskable where the payload is none of the tenant's, has ended, or is one of several.
 */
export function jwtSubject(
  metadata: CheckMetadata | null | undefined,
  verifier: Verifier,
): EntityRef | undefined {
  const fields = memberOf(metadata?.filter_metadata, NAMESPACE)?.fields ?? {};
  const payloads = Object.values(fields).flatMap(({ structValue }) =>
    structValue && text(structValue, 'iss') !== undefined ? [structValue] : [],
  );
  const [payload, ...others] = payloads;
  if (!payload) return undefined;
  if (others.length > 0) throw invalid('jwt_authn verified more than one token');
  const issuer = issuerOf(payload, verifier);
  if (!issuer) throw invalid('jwt_authn verified a token that is not for this tenant');
  const exp = memberOf(payload.fields, 'exp')?.numberValue;
  if (exp === undefined) throw invalid('jwt_authn verified a token without end');
  if (exp * 1_000 <= verifier.nowMs) {
    throw new Unaskable('subject-token-expired', 'the token that jwt_authn verified has ended');
  }
  const id = text(payload, issuer.subjectClaim);
  if (id === undefined || id === '' || id.length > MAX_SUBJECT_LENGTH) {
    throw invalid('jwt_authn verified a token without subject');
  }
  return { type: issuer.subjectType, id };
}

function issuerOf(payload: ProtoStruct, verifier: Verifier): IssuerSettings | undefined {
  const iss = text(payload, 'iss');
  const audiences = audiencesOf(payload);
  return verifier.issuers.find(
    (issuer) =>
      issuerUrl(issuer.issuer, verifier.publicUrl) === iss &&
      issuer.audiences.some((audience) => audiences.includes(audience)),
  );
}

/** RFC 7519 §4.1.3: one or several. */
function audiencesOf(payload: ProtoStruct): readonly (string | undefined)[] {
  const aud = memberOf(payload.fields, 'aud');
  return aud?.listValue?.values?.map(({ stringValue }) => stringValue) ?? [aud?.stringValue];
}

function text(struct: ProtoStruct, name: string): string | undefined {
  return memberOf(struct.fields, name)?.stringValue;
}

function invalid(message: string): Unaskable {
  return new Unaskable('subject-token-invalid', message);
}
