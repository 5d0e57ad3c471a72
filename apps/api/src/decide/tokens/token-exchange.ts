import { reasonSentence, type ReasonCode } from '@sallyport/contracts';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { Asker } from '../decide-input.js';
import type { DecideService } from '../decide.service.js';
import type { DecisionOutcome } from '../decision-outcome.js';
import { mayBeAudience } from './audience.js';
import { ACCESS_TOKEN_TYPE, readExchange } from './exchange-request.js';
import type { Form } from './form.js';
import { OAuthError } from './oauth-error.js';

export interface ExchangeAnswer {
  readonly decisionId: string;
  /** RFC 8693 §2.2.1, with the granted details of RFC 9396 §7. */
  readonly body: object;
}

/** Turns permits into a token: one decision per action, and all of them must be permitted. */
export class TokenExchange {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
  ) {}

  /**
   * Rejects with OAuthError. A subject token that is not acceptable is `invalid_request`, and a denial by policy, which is an
   * unwillingness to issue for this target, `invalid_target` (RFC 8693 §2.2.2); both say reason and decision id.
   */
  async exchange(asker: Asker, form: Form): Promise<ExchangeAnswer> {
    const { audience, question, actions } = readExchange(form);
    const settings = this.facts.tenant(asker.pep.tenantId)?.settings;
    if (!mayBeAudience(audience, asker.pep, settings)) {
      throw new OAuthError('invalid_target', 'audience: tokens are not issued for this audience');
    }
    const { decisionId, outcomes } = await this.decide.exchange(
      { ...asker, question, token: { audience } },
      actions,
    );
    const denied = outcomes.find(({ permitted }) => !permitted);
    if (denied) throw denial(denied);
    const token = outcomes[0]?.token;
    if (!token) {
      const description = 'what the permit rests on ends within this second';
      throw new OAuthError('invalid_target', description, { decision_id: decisionId });
    }
    return {
      decisionId,
      body: {
        access_token: token.accessToken,
        issued_token_type: ACCESS_TOKEN_TYPE,
        token_type: 'Bearer',
        expires_in: token.expiresInSeconds,
        scope: token.scope,
        authorization_details: token.details,
      },
    };
  }
}

const SUBJECT_REASONS: readonly ReasonCode[] = [
  'subject-token-missing',
  'subject-token-invalid',
  'subject-token-expired',
  'subject-mismatch',
];

function denial({ decisionId, reasons }: DecisionOutcome): OAuthError {
  const [reason = 'broker-error'] = reasons;
  const code = SUBJECT_REASONS.includes(reason) ? 'invalid_request' : 'invalid_target';
  return new OAuthError(code, reasonSentence(reason), { reason, reasons, decision_id: decisionId });
}
