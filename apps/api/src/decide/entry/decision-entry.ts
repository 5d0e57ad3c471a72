import { createHash } from 'node:crypto';
import type {
  DecisionEntry,
  Evaluation,
  Facts,
  JsonObject,
  ReasonCode,
} from '@sallyport/contracts';
import { type Asked, type Judged, subjectOf } from '../decision-state.js';
import type { Question } from '../question.js';
import { reasonsOf } from '../verdict.js';

/** Kept well under the log's limit of 64 KiB per entry. */
export const MAX_DECISION_BYTES = 60_000;
export const MAX_LISTED = 100;

/** What the log adds to a judgement. */
export interface Answered {
  readonly decision: boolean;
  readonly tokenId?: string;
  /** `performance.now()` when the entry was made. */
  readonly endedAt: number;
}

/** What the log keeps of a decision (design §10). Never the subject token. */
export function decisionEntry(judged: Judged, answer: Answered): DecisionEntry {
  const { state, permitted } = judged;
  const evaluation = judged.by === 'policy' ? judged.state.evaluation : undefined;
  const entry: DecisionEntry = {
    type: 'decision',
    id: state.decisionId,
    time: new Date(state.atMs).toISOString(),
    actor: `pep:${state.pep.name}`,
    decision: answer.decision,
    subject: subjectOf(state),
    action: state.question.action.name,
    resource: { type: state.question.resource.type, id: state.question.resource.id },
    pep: state.pep.name,
    mode: state.pep.mode,
    ...(answer.decision === permitted ? {} : { effective: permitted }),
    reasons: reasonsOf(judged),
    determining: (evaluation?.determining ?? []).slice(0, MAX_LISTED),
    erroring: (evaluation?.erroring ?? []).slice(0, MAX_LISTED).map(({ id }) => id),
    obligations: evaluation?.obligations ?? [],
    policyVersion: judged.by === 'policy' ? judged.state.policyVersion : null,
    ...(judged.by === 'policy' && judged.state.shadow
      ? { shadow: shadowOf(judged.state.shadow) }
      : {}),
    facts: state.facts ?? factsSoFar(state, reasonsOf(judged)),
    request: asLogged(state.question),
    ...(state.requestId === undefined ? {} : { requestId: state.requestId }),
    ...(answer.tokenId === undefined ? {} : { token: answer.tokenId }),
    durationMicros: durationMicros(state, answer),
  };
  return fitting(entry);
}

function shadowOf({ outcome, determining }: Evaluation): NonNullable<DecisionEntry['shadow']> {
  return { decision: outcome === 'permit', determining: determining.slice(0, MAX_LISTED) };
}

export function durationMicros({ startedAt }: Asked, { endedAt }: Answered): number {
  return Math.max(0, Math.round((endedAt - startedAt) * 1000));
}

/** A step denied before the facts were gathered: what is known then is only who was named. */
export function factsSoFar(state: Asked, missing: readonly ReasonCode[]): Facts {
  return {
    nowMs: state.atMs,
    authn: state.resolved?.authn ?? {
      method: state.question.subjectToken ? 'token' : 'asserted',
      verified: false,
    },
    grants: [],
    missing,
    registerVersion: state.tenant?.version ?? 0,
  };
}

function asLogged({ subject, action, resource, context }: Question): JsonObject {
  return { ...(subject ? { subject } : {}), action, resource, context } as unknown as JsonObject;
}

/** Replaces the large parts of the request by their digests until the entry fits. */
function fitting(entry: DecisionEntry): DecisionEntry {
  const { subject, action, resource, context } = entry.request as Record<string, JsonObject>;
  if (sizeOf(entry) <= MAX_DECISION_BYTES) return entry;
  const slim = { ...entry, request: { ...entry.request, context: digest(context) } };
  if (sizeOf(slim) <= MAX_DECISION_BYTES) return slim;
  const bare = {
    ...(subject ? { subject: withoutProperties(subject) } : {}),
    ...(action ? { action: withoutProperties(action) } : {}),
    ...(resource ? { resource: withoutProperties(resource) } : {}),
    context: digest(context),
  };
  const barest = { ...entry, request: bare };
  return sizeOf(barest) <= MAX_DECISION_BYTES ? barest : { ...barest, obligations: [] };
}

function withoutProperties(part: JsonObject): JsonObject {
  return 'properties' in part ? { ...part, properties: digest(part['properties']) } : part;
}

function digest(part: unknown): JsonObject {
  const text = JSON.stringify(part ?? {});
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { sha256, bytes: Buffer.byteLength(text) };
}

function sizeOf(entry: DecisionEntry): number {
  return Buffer.byteLength(JSON.stringify(entry));
}
