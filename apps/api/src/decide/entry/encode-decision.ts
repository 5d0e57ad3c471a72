import { encodeEntry } from '@sallyport/audit';
import type { DeterminingPolicy, Evaluation, JsonObject, Obligation } from '@sallyport/contracts';
import { type Judged, subjectOf } from '../decision-state.js';
import type { DescribedAction, DescribedEntity, Question } from '../question.js';
import { reasonsOf } from '../verdict.js';
import { canonicalText, listed, quoted } from './canonical-text.js';
import {
  type Answered,
  decisionEntry,
  durationMicros,
  factsSoFar,
  MAX_DECISION_BYTES,
  MAX_LISTED,
} from './decision-entry.js';
import { factsText, refText } from './facts-text.js';

/**
 * The entry of a decision as the log takes it: the same bytes as `encodeEntry(decisionEntry(…))`, written without making the
 * entry, for somebody waits for every one of them. Throws for what has no canonical form.
 */
export function encodeDecision(judged: Judged, answer: Answered): Uint8Array {
  const bytes = Buffer.from(decisionText(judged, answer));
  if (bytes.length <= MAX_DECISION_BYTES) return bytes;
  // What is too large is made smaller there; that happens seldom enough to do the work twice.
  return encodeEntry({ ...decisionEntry(judged, answer) });
}

/** Members in the order of RFC 8785 §3.2.3. */
function decisionText(judged: Judged, answer: Answered): string {
  const { state, permitted } = judged;
  const { pep, question, requestId } = state;
  const evaluation = judged.by === 'policy' ? judged.state.evaluation : undefined;
  const shadow = judged.by === 'policy' ? judged.state.shadow : undefined;
  const reasons = reasonsOf(judged);
  const subject = subjectOf(state);
  let text = `{"action":${quoted(question.action.name)},"actor":${quoted(`pep:${pep.name}`)}`;
  text += `,"decision":${answer.decision},"determining":${determiningText(evaluation)}`;
  text += `,"durationMicros":${durationMicros(state, answer)}`;
  if (answer.decision !== permitted) text += `,"effective":${permitted}`;
  text += `,"erroring":${erroringText(evaluation)}`;
  text += `,"facts":${factsText(state.facts ?? factsSoFar(state, reasons))}`;
  text += `,"id":"${state.decisionId}","mode":"${pep.mode}"`;
  text += `,"obligations":${obligationsText(evaluation)},"pep":${quoted(pep.name)}`;
  const version = judged.by === 'policy' ? quoted(judged.state.policyVersion) : 'null';
  text += `,"policyVersion":${version}`;
  text += `,"reasons":${listed(reasons, quoted)},"request":${questionText(question)}`;
  if (requestId !== undefined) text += `,"requestId":${quoted(requestId)}`;
  text += `,"resource":${refText(question.resource)}`;
  if (shadow !== undefined) text += `,"shadow":${shadowText(shadow)}`;
  text += `,"subject":${refText(subject)},"time":"${isoTime(state.atMs)}"`;
  if (answer.tokenId !== undefined) text += `,"token":${quoted(answer.tokenId)}`;
  return `${text},"type":"decision"}`;
}

function questionText({ subject, action, resource, context }: Question): string {
  let text = `{"action":${actionText(action)},"context":${canonicalText(context)}`;
  text += `,"resource":${entityText(resource)}`;
  if (subject !== undefined) text += `,"subject":${entityText(subject)}`;
  return `${text}}`;
}

function actionText({ name, properties }: DescribedAction): string {
  return `{"name":${quoted(name)}${propertiesText(properties)}}`;
}

function entityText({ type, id, properties }: DescribedEntity): string {
  return `{"id":${quoted(id)}${propertiesText(properties)},"type":${quoted(type)}}`;
}

function propertiesText(properties: JsonObject | undefined): string {
  return properties === undefined ? '' : `,"properties":${canonicalText(properties)}`;
}

function determiningText(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined) return '[]';
  return listed(evaluation.determining.slice(0, MAX_LISTED), policyText);
}

function policyText({ effect, id, reason }: DeterminingPolicy): string {
  const named = `{"effect":"${effect}","id":${quoted(id)}`;
  return reason === undefined ? `${named}}` : `${named},"reason":${quoted(reason)}}`;
}

function erroringText(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined) return '[]';
  return listed(evaluation.erroring.slice(0, MAX_LISTED), ({ id }) => quoted(id));
}

function obligationsText(evaluation: Evaluation | undefined): string {
  return evaluation === undefined ? '[]' : listed(evaluation.obligations, obligationText);
}

// Obligations are made when a policy is loaded: the same few objects come with every decision.
const obligationTexts = new WeakMap<Obligation, string>();

function obligationText(obligation: Obligation): string {
  const known = obligationTexts.get(obligation);
  if (known !== undefined) return known;
  const { id, properties, type } = obligation;
  const text = `{"id":${quoted(id)}${propertiesText(properties)},"type":${quoted(type)}}`;
  obligationTexts.set(obligation, text);
  return text;
}

function shadowText(shadow: Evaluation): string {
  return `{"decision":${shadow.outcome === 'permit'},"determining":${determiningText(shadow)}}`;
}

// Decisions of one millisecond share its text, and there are dozens of them.
let lastMs = Number.NaN;
let lastTime = '';

function isoTime(atMs: number): string {
  if (atMs !== lastMs) {
    lastTime = new Date(atMs).toISOString();
    lastMs = atMs;
  }
  return lastTime;
}
