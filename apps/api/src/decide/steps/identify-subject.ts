import type { AuthnFacts, EntityRef, JsonObject } from '@sallyport/contracts';
import {
  type Authenticated,
  type Identified,
  StepDenied,
  withFindings,
} from '../decision-state.js';
import type { DescribedEntity, PresentedToken, Question, ResolvedQuestion } from '../question.js';
import type { Pep } from '../../registers/facts.ports.js';
import type { SubjectTokens } from '../subject/subject-tokens.js';
import type { VerifiedToken } from '../subject/verified-token.js';
import { mayAssert, trustedOnly } from '../trust.js';

/**
 * Who asks: proved by a token, or asserted by an enforcement point that may. Drops what it may not assert. At once where no
 * token is to be verified.
 */
export function identifySubject(
  state: Authenticated,
  services: { readonly subjectTokens: SubjectTokens },
): Identified | Promise<Identified> {
  const { pep, question } = state;
  if (question.subjectToken !== undefined) {
    return proveSubject(state, question.subjectToken, services.subjectTokens);
  }
  const resolved = resolve(pep, question, assertedSubject(pep, question));
  return withFindings(state, { resolved });
}

async function proveSubject(
  state: Authenticated,
  presented: PresentedToken,
  subjectTokens: SubjectTokens,
): Promise<Identified> {
  const { pep, question } = state;
  const token = await verifyOnce(state, presented, subjectTokens);
  const { subject } = question;
  if (subject && (subject.type !== token.subject.type || subject.id !== token.subject.id)) {
    throw new StepDenied('subject-mismatch');
  }
  const proved = described(token.subject, trustedOnly(pep, subject?.properties));
  return withFindings(state, { resolved: resolve(pep, question, proved, token) });
}

function assertedSubject(pep: Pep, { subject }: Question): DescribedEntity {
  if (!subject) throw new StepDenied('subject-token-missing');
  if (!mayAssert(pep, 'subject')) throw new StepDenied('subject-not-asserted');
  return described(subject, trustedOnly(pep, subject.properties));
}

/** Items of one batch usually carry the same token: it is verified once. */
function verifyOnce(
  { verified, tenant, pep, atMs }: Authenticated,
  presented: PresentedToken,
  subjectTokens: SubjectTokens,
): Promise<VerifiedToken> {
  const key = `${presented.type} ${presented.token}`;
  const known = verified?.get(key) ?? subjectTokens.verify(presented, tenant, pep, atMs);
  verified?.set(key, known);
  return known;
}

function resolve(
  pep: Pep,
  { action, resource, context }: Question,
  subject: DescribedEntity,
  token?: VerifiedToken,
): ResolvedQuestion {
  const ip = mayAssert(pep, 'ip') ? text(context, 'ip') : undefined;
  const asserted = mayAssert(pep, 'device_id') ? text(context, 'device_id') : undefined;
  const deviceId = oneDevice(asserted, token?.deviceId);
  return {
    subject,
    authn: token ? provedBy(token) : ASSERTED,
    action,
    resource: described(resource, trustedOnly(pep, resource.properties)),
    context,
    ip,
    deviceId,
    purpose: text(context, 'purpose'),
  };
}

const ASSERTED: AuthnFacts = { method: 'asserted', verified: false };

/** Two sources that name different devices prove neither: the device is unknown. */
function oneDevice(asserted: string | undefined, proved: string | undefined): string | undefined {
  if (asserted !== undefined && proved !== undefined && asserted !== proved) return undefined;
  return proved ?? asserted;
}

function provedBy({ issuer, acr, amr, authTime, expiresAtMs }: VerifiedToken): AuthnFacts {
  return {
    method: 'token',
    verified: true,
    issuer,
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(authTime === undefined ? {} : { authTime }),
    expiresAtMs,
  };
}

function described({ type, id }: EntityRef, properties: JsonObject | undefined): DescribedEntity {
  return properties === undefined ? { type, id } : { type, id, properties };
}

const MAX_TEXT_LENGTH = 256;

/** A context member that is no short string says nothing. */
function text(context: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(context, name) ? context[name] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH
    ? value
    : undefined;
}
