import { randomUUID } from 'node:crypto';
import type { TokenEntry } from '@sallyport/contracts';
import { newId } from '../../platform/ids.js';
import type { DecideSettings } from '../decide.ports.js';
import type { Evaluated, Judged } from '../decision-state.js';
import type { AccessTokenClaims, AccessTokenSigner } from '../tokens/access-token.js';
import { ACCESS_DETAILS_TYPE, type AuthorizationDetail } from '../tokens/authorization-details.js';
import { contributingGrants } from '../tokens/contributing-grants.js';
import { tokenExpiry } from '../tokens/token-expiry.js';
import type { TokenRecord } from '../tokens/token-store.js';
import { untilResident } from '../until-resident.js';
import { evaluateWith } from './evaluate-policy.js';

export interface TokenWish {
  readonly audience: string;
}

/** A signed token that is worth nothing yet: it is handed out only after its record and its entry are durable. */
export interface PreparedToken {
  readonly accessToken: string;
  readonly details: readonly AuthorizationDetail[];
  /** Whole seconds that are left. */
  readonly expiresInSeconds: number;
  readonly record: TokenRecord;
  readonly entry: TokenEntry;
}

/**
 * One token for questions that differ in their action alone, where every one of them is permitted by policy and a token was
 * asked for. Undefined otherwise, and where what the permits rest on ends within the second.
 */
export async function issueToken(
  judged: readonly Judged[],
  wish: TokenWish | undefined,
  services: {
    readonly signer: AccessTokenSigner;
    readonly settings: Pick<DecideSettings, 'publicUrl'>;
  },
): Promise<PreparedToken | undefined> {
  const permits = judged.flatMap((one) =>
    one.by === 'policy' && one.permitted ? [one.state] : [],
  );
  const [first] = permits;
  if (!wish || !first || permits.length < judged.length) return undefined;
  const record = await untilResident(() => recordOf(first, permits, wish));
  if (!record) return undefined;
  const claims = claimsOf(first, permits, record, services.settings.publicUrl);
  const accessToken = await services.signer.sign(claims);
  const details = claims.authorization_details;
  const expiresInSeconds = Math.floor((record.expiresAtMs - first.facts.nowMs) / 1000);
  return { accessToken, details, expiresInSeconds, record, entry: entryOf(first, record) };
}

function recordOf(
  first: Evaluated,
  permits: readonly Evaluated[],
  { audience }: TokenWish,
): TokenRecord | undefined {
  const { resolved, tenant, facts, pep, decisionId } = first;
  const bases = permits.map((state) => ({
    facts: state.facts,
    grants: contributingGrants(
      state.facts.grants,
      (grants) => evaluateWith(state, grants).outcome === 'permit',
    ),
    ...(state.evaluation.ttlSeconds === undefined
      ? {}
      : { policyTtlSeconds: state.evaluation.ttlSeconds }),
  }));
  const issuedAt = Math.floor(facts.nowMs / 1000);
  const expiry = tokenExpiry(bases, facts.nowMs, tenant.settings.tokens.maxTtlSeconds);
  if (expiry === undefined) return undefined;
  const { action: _, ...question } = resolved;
  const { type, id } = resolved.subject;
  return {
    jti: randomUUID(),
    decisionId,
    pep: pep.name,
    subject: { type, id },
    audience,
    scope: permits.map((state) => state.resolved.action.name).join(' '),
    grantIds: [...new Set(bases.flatMap(({ grants }) => grants.map((grant) => grant.id)))],
    ...(facts.device === undefined ? {} : { deviceId: facts.device.id }),
    question: { ...question, actions: permits.map((state) => state.resolved.action) },
    issuedAtMs: issuedAt * 1000,
    expiresAtMs: expiry * 1000,
  };
}

function claimsOf(
  { tenant, resolved }: Evaluated,
  permits: readonly Evaluated[],
  record: TokenRecord,
  issuer: string,
): AccessTokenClaims {
  const obligations = permits.flatMap(({ evaluation }) => evaluation.obligations);
  const detail: AuthorizationDetail = {
    type: ACCESS_DETAILS_TYPE,
    resource: { type: resolved.resource.type, id: resolved.resource.id },
    actions: permits.map((state) => state.resolved.action.name),
    decision_id: record.decisionId,
    grant_ids: record.grantIds,
    ...(obligations.length === 0 ? {} : { obligations }),
  };
  return {
    iss: issuer,
    sub: record.subject.id,
    aud: record.audience,
    client_id: record.pep,
    scope: record.scope,
    iat: record.issuedAtMs / 1000,
    exp: record.expiresAtMs / 1000,
    jti: record.jti,
    tenant: tenant.tenantId,
    authorization_details: [detail],
  };
}

function entryOf({ pep, facts }: Evaluated, record: TokenRecord): TokenEntry {
  return {
    type: 'token.issued',
    id: newId(facts.nowMs),
    time: new Date(facts.nowMs).toISOString(),
    actor: `pep:${pep.name}`,
    tokenId: record.jti,
    subject: record.subject,
    decisionId: record.decisionId,
    grants: record.grantIds,
    expiresAt: new Date(record.expiresAtMs).toISOString(),
  };
}
