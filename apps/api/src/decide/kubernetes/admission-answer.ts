import type { DecisionOutcome } from '../decision-outcome.js';
import { denialText, type PolicyFinding } from './policy-findings.js';

/** AdmissionResponse of admission.k8s.io/v1, as far as a validating webhook may answer it. */
export interface AdmissionAnswer {
  readonly allowed: boolean;
  readonly status?: {
    readonly status: 'Failure';
    readonly code: 403;
    readonly reason: 'Forbidden';
    readonly message: string;
  };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** Kubernetes asks for at most 120 characters; what is longer than 256 may be cut. */
const MAX_WARNING = 120;
const MAX_WARNINGS = 10;
const MAX_MESSAGE = 2_000;

/** `problem` is what is wrong with the review itself. */
export function answerOf(
  outcome: DecisionOutcome,
  findings: readonly PolicyFinding[],
  problem?: string,
): AdmissionAnswer {
  const { decision, decisionId, policyVersion } = outcome;
  const warnings = warningsOf(outcome, findings);
  const opposed = findings.map(({ policyId, mode }) => `${policyId}=${mode}`).join(' ');
  return {
    ...(decision ? { allowed: true } : denied(whyOf(outcome, findings, problem), decisionId)),
    ...(warnings.length === 0 ? {} : { warnings }),
    auditAnnotations: {
      'decision-id': decisionId,
      ...(policyVersion === null ? {} : { 'policy-version': policyVersion }),
      ...(opposed === '' ? {} : { 'opposed-by': opposed.slice(0, MAX_MESSAGE) }),
    },
  };
}

function whyOf(
  outcome: DecisionOutcome,
  findings: readonly PolicyFinding[],
  problem: string | undefined,
): string {
  const why = denialText(outcome, findings);
  return problem === undefined ? why : `${why} ${problem}`;
}

/** Without an id where nothing could be recorded. */
export function denied(why: string, decisionId?: string): AdmissionAnswer {
  const quoted = decisionId === undefined ? '' : ` Decision ${decisionId}.`;
  const message = `${why.slice(0, MAX_MESSAGE)}${quoted}`;
  return { allowed: false, status: { status: 'Failure', code: 403, reason: 'Forbidden', message } };
}

/** What `kubectl` prints: policies that only warn, and where the enforcement point itself only warns, those that decided. */
function warningsOf(
  { mode, permitted, decision, decisionId, reasons }: DecisionOutcome,
  findings: readonly PolicyFinding[],
): string[] {
  if (mode === 'monitor') return [];
  const told = findings.filter(
    (one) => one.mode === 'warn' || (decision && one.mode === 'enforce'),
  );
  const lines = told.map(({ policyId, message }) => `${policyId}: ${message}`);
  if (decision && !permitted && lines.length === 0) lines.push(denialText({ reasons }, []));
  const kept = lines.slice(0, MAX_WARNINGS);
  if (lines.length > kept.length) kept.push(`${lines.length - kept.length} more policies object`);
  return kept.length === 0 ? [] : [...kept, `sallyport decision ${decisionId}`].map(short);
}

function short(text: string): string {
  const characters = [...text.replaceAll(/\s+/g, ' ')];
  if (characters.length <= MAX_WARNING) return characters.join('');
  return `${characters.slice(0, MAX_WARNING - 1).join('')}…`;
}
