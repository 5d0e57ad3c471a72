import type { IssuerSettings, ReasonCode } from '@sallyport/contracts';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { type DecideSettings, type IssuerKeys, type TrustedIssuer } from '../decide.ports.js';
import { StepDenied } from '../decision-state.js';
import type { PresentedToken } from '../question.js';
import type { Pep, TenantFacts } from '../../registers/facts.ports.js';
import type { OwnTokens } from '../tokens/own-tokens.js';
import { isSubjectTokenTyp, type VerifiedToken } from './verified-token.js';

/** Pinned: a token's own header never widens what is accepted (RFC 8725 §3.1). */
export const SUBJECT_TOKEN_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const MAX_TOKEN_LENGTH = 16_384;
const CLOCK_SKEW_SECONDS = 60;
const MAX_SUBJECT_LENGTH = 1_024;

/** Verifies the tokens that prove subjects: of the tenant's issuers, and our own access tokens. */
export class SubjectTokens {
  constructor(
    private readonly settings: Pick<DecideSettings, 'publicUrl'>,
    private readonly issuerKeys: IssuerKeys,
    private readonly ownTokens: OwnTokens,
  ) {}

  /** Rejects with StepDenied: `subject-token-expired`, or `subject-token-invalid` for everything else. */
  async verify(
    presented: PresentedToken,
    tenant: TenantFacts,
    pep: Pep,
    nowMs: number,
  ): Promise<VerifiedToken> {
    try {
      const claims = peek(presented);
      if (claims.iss === this.settings.publicUrl) {
        return await this.verifyOwn(presented.token, tenant, pep, nowMs);
      }
      const issuer = this.issuerOf(claims, tenant.settings.issuers);
      return await this.verifyRemote(presented.token, issuer, nowMs);
    } catch (error) {
      if (error instanceof StepDenied) throw error;
      throw new StepDenied(reasonOf(error), { cause: error });
    }
  }

  private async verifyOwn(
    token: string,
    tenant: TenantFacts,
    pep: Pep,
    nowMs: number,
  ): Promise<VerifiedToken> {
    const audiences = [...tenant.settings.tokens.audiences, pep.name];
    const own = await this.ownTokens.verifyLive(token, tenant.tenantId, nowMs);
    if (own === undefined || !audiences.includes(own.audience)) throw invalid();
    const { subject, expiresAtMs, deviceId } = own;
    const device = deviceId === undefined ? {} : { deviceId };
    return { subject, issuer: this.settings.publicUrl, expiresAtMs, ...device };
  }

  private async verifyRemote(
    token: string,
    issuer: TrustedIssuer,
    nowMs: number,
  ): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, this.issuerKeys.keysOf(issuer), {
      issuer: issuer.url,
      audience: [...issuer.audiences],
      algorithms: SUBJECT_TOKEN_ALGORITHMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp'],
      currentDate: new Date(nowMs),
    });
    return fromClaims(payload, issuer);
  }

  /** The claims are not verified yet: they only choose which of the tenant's issuers must have signed them. */
  private issuerOf(claims: JWTPayload, issuers: readonly IssuerSettings[]): TrustedIssuer {
    const audiences = [claims.aud ?? []].flat();
    const found = issuers
      .map((issuer) => ({ ...issuer, url: issuerUrl(issuer.issuer, this.settings.publicUrl) }))
      .find(
        (issuer) =>
          issuer.url === claims.iss && issuer.audiences.some((aud) => audiences.includes(aud)),
      );
    if (!found) throw invalid();
    return found;
  }
}

/** The URL that an issuer's tokens carry as `iss`; `builtin` is the development provider under our own URL. */
export function issuerUrl(issuer: string, publicUrl: string): string {
  return issuer === 'builtin' ? `${publicUrl}/dev-idp` : issuer;
}

function peek({ token, type }: PresentedToken): JWTPayload {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid();
  const header = decodeProtectedHeader(token);
  if (!isSubjectTokenTyp(header.typ, type)) throw invalid();
  if (!SUBJECT_TOKEN_ALGORITHMS.includes(String(header.alg))) throw invalid();
  return decodeJwt(token);
}

function fromClaims(payload: JWTPayload, issuer: TrustedIssuer): VerifiedToken {
  const id = payload[issuer.subjectClaim];
  if (typeof id !== 'string' || id === '' || id.length > MAX_SUBJECT_LENGTH) throw invalid();
  const deviceId = payload[issuer.deviceClaim];
  const { acr, amr, auth_time: authTime, exp = 0 } = payload;
  return {
    subject: { type: issuer.subjectType, id },
    issuer: issuer.url,
    expiresAtMs: exp * 1000,
    ...(typeof acr === 'string' ? { acr } : {}),
    ...(isTexts(amr) ? { amr } : {}),
    ...(Number.isSafeInteger(authTime) ? { authTime: authTime as number } : {}),
    ...(typeof deviceId === 'string' && deviceId !== '' ? { deviceId } : {}),
  };
}

function isTexts(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length <= 32 && value.every((one) => typeof one === 'string')
  );
}

function invalid(): StepDenied {
  return new StepDenied('subject-token-invalid');
}

function reasonOf(error: unknown): ReasonCode {
  return error instanceof errors.JWTExpired ? 'subject-token-expired' : 'subject-token-invalid';
}
