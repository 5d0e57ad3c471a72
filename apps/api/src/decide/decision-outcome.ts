import type {
  DeterminingPolicy,
  EntityRef,
  Evaluation,
  Facts,
  Obligation,
  ReasonCode,
} from '@sallyport/contracts';
import { type Judged, subjectOf } from './decision-state.js';
import type { PreparedToken } from './steps/issue-token.js';
import type { AuthorizationDetail } from './tokens/authorization-details.js';
import { answerOf, reasonsOf } from './verdict.js';

/** A token that was handed out. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly jti: string;
  readonly scope: string;
  readonly details: readonly AuthorizationDetail[];
  readonly expiresAtMs: number;
  readonly expiresInSeconds: number;
}

/** What a door answers with. `decision` is what the enforcement point is told, `permitted` what was judged. */
export interface DecisionOutcome {
  readonly decisionId: string;
  readonly subject: EntityRef;
  readonly decision: boolean;
  readonly permitted: boolean;
  /** `step`: something before policy denied, such as a subject token that did not verify. */
  readonly by: 'policy' | 'step';
  readonly mode: 'enforce' | 'warn' | 'monitor';
  readonly reasons: readonly ReasonCode[];
  readonly determining: readonly DeterminingPolicy[];
  readonly erroring: Evaluation['erroring'];
  readonly obligations: readonly Obligation[];
  readonly advice: readonly Obligation[];
  readonly policyVersion: string | null;
  /** What would have been judged with every policy enforced; undefined where `@mode` keeps none from it. */
  readonly shadow: Evaluation | undefined;
  /** Smallest `@ttl` of the determining permits, where any has one. */
  readonly ttlSeconds: number | undefined;
  /** Undefined where a step before gathering denied. */
  readonly facts: Facts | undefined;
  readonly token: IssuedToken | undefined;
}

export function outcomeOf(judged: Judged, token?: PreparedToken): DecisionOutcome {
  const { state, permitted, by } = judged;
  const evaluation = judged.by === 'policy' ? judged.state.evaluation : undefined;
  return {
    decisionId: state.decisionId,
    subject: subjectOf(state),
    decision: answerOf(judged),
    permitted,
    by,
    mode: state.pep.mode,
    reasons: reasonsOf(judged),
    determining: evaluation?.determining ?? NONE,
    erroring: evaluation?.erroring ?? NONE,
    obligations: evaluation?.obligations ?? NONE,
    advice: evaluation?.advice ?? NONE,
    policyVersion: judged.by === 'policy' ? judged.state.policyVersion : null,
    shadow: state.shadow,
    ttlSeconds: evaluation?.ttlSeconds,
    facts: state.facts,
    token: token && issued(token),
  };
}

const NONE: readonly never[] = [];

/** What an enforcement point in `warn` mode is told beside its answer; undefined where nothing would have been denied. */
export function warningOf(outcomes: readonly DecisionOutcome[]): string | undefined {
  if (!outcomes.some(isIgnored)) return undefined;
  const ignored = outcomes.filter(isIgnored);
  return `would be denied: ${[...new Set(ignored.flatMap(({ reasons }) => reasons))].join(', ')}`;
}

/** An enforcement point in `warn` mode is permitted and told otherwise. */
export function isIgnored({ mode, permitted }: DecisionOutcome): boolean {
  return mode === 'warn' && !permitted;
}

function issued({ accessToken, details, expiresInSeconds, record }: PreparedToken): IssuedToken {
  const { jti, scope, expiresAtMs } = record;
  return { accessToken, jti, scope, details, expiresAtMs, expiresInSeconds };
}
