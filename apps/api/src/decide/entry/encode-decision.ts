import { entryText } from '@sallyport/audit';
import type { Evaluation, JsonObject, Obligation } from '@sallyport/contracts';
import { type Judged, subjectOf } from '../decision-state.js';
import type { DescribedEntity } from '../question.js';
import { reasonsOf } from '../verdict.js';
import { Remembered } from '../facts/remembered.js';
import { canonicalText, escaped, inOnePiece, listed, quoted } from './canonical-text.js';
import {
  type Answered,
  decisionEntry,
  durationMicros,
  factsSoFar,
  MAX_DECISION_BYTES,
  MAX_LISTED,
} from './decision-entry.js';
import { EntryFrames, type Frame } from './entry-frames.js';
import { codesText, factsText, refText } from './facts-text.js';
import { LastText } from './last-text.js';

/**
 * The entry of a decision as the log takes it: the same as `entryText(decisionEntry(…))`, written without making the
 * entry, for somebody waits for every one of them. Throws for what has no canonical form.
 */
export function encodeDecision(judged: Judged, answer: Answered): string {
  const text = decisionText(judged, answer);
  // A UTF-16 code unit becomes three bytes of UTF-8 at the most: nearly every text is counted by the log alone.
  if (3 * text.length <= MAX_DECISION_BYTES) return text;
  if (Buffer.byteLength(text) <= MAX_DECISION_BYTES) return text;
  // What is too large is made smaller there; that happens seldom enough to do the work twice.
  return entryText({ ...decisionEntry(judged, answer) });
}

function decisionText(judged: Judged, answer: Answered): string {
  const { state } = judged;
  const { question, decisionId } = state;
  const [start, toId, toAsked, toResource, toEnd] = frames.of(judged, answer);
  const resource = refText(question.resource);
  const asked = entityText(question.resource, resource);
  return `${start}${durationMicros(state, answer)}${toId}${decisionId}${toAsked}${asked}${toResource}${resource}${toEnd}`;
}

const frames = new EntryFrames(frameOf);

/** Members in the order of RFC 8785 §3.2.3. */
function frameOf(judged: Judged, answer: Answered): Frame {
  const { state, permitted } = judged;
  const { pep, question, requestId } = state;
  const isByPolicy = judged.by === 'policy';
  const says = isByPolicy ? saidBy.get(judged.state.evaluation) : NOTHING_SAID;
  const action = escaped(question.action.name);
  const name = escaped(pep.name);
  const reasons = reasonsOf(judged);
  // A question that names a subject is decided about that subject, or denied before it has another.
  const subject = lastSubject.textOf(question.subject ?? subjectOf(state));
  const start = `{"action":"${action}","actor":"pep:${name}","decision":${answer.decision}${says.determining}`;
  const effective = answer.decision === permitted ? '' : `,"effective":${permitted}`;
  const toId = `${effective}${says.erroring}${factsText(state.facts ?? factsSoFar(state, reasons))},"id":"`;
  let toAsked = `","mode":"${pep.mode}"${says.obligations}${name}","policyVersion":`;
  toAsked += isByPolicy ? `"${escaped(judged.state.policyVersion)}"` : 'null';
  toAsked += `,"reasons":${codesText(reasons)},"request":{"action":{"name":"${action}"`;
  toAsked += `${propertiesText(question.action.properties)}},"context":${lastContext.textOf(question.context)},"resource":`;
  let toResource = question.subject ? `,"subject":${entityText(question.subject, subject)}` : '';
  if (requestId !== undefined) toResource += `},"requestId":"${escaped(requestId)}","resource":`;
  else toResource += '},"resource":';
  const shadow = isByPolicy ? judged.state.shadow : undefined;
  let toEnd = shadow === undefined ? '' : `,"shadow":${shadowText(shadow)}`;
  toEnd += `,"subject":${subject},"time":"${isoTime(state.atMs)}"`;
  if (answer.tokenId !== undefined) toEnd += `,"token":"${escaped(answer.tokenId)}"`;
  return [start, toId, toAsked, toResource, `${toEnd},"type":"decision"}`];
}

const lastSubject = new LastText(refText);
const lastContext = new LastText((context: JsonObject) => canonicalText(context));

/** `ref` is the entity without its properties, written already. */
function entityText({ type, id, properties }: DescribedEntity, ref: string): string {
  if (properties === undefined) return ref;
  return `{"id":${quoted(id)}${propertiesText(properties)},"type":${quoted(type)}}`;
}

function propertiesText(properties: JsonObject | undefined): string {
  return properties === undefined ? '' : `,"properties":${canonicalText(properties)}`;
}

/** What an evaluation says, with the names of the members that it stands between. */
interface Said {
  readonly determining: string;
  readonly erroring: string;
  readonly obligations: string;
}

const NOTHING_SAID = saying('[]', '[]', '[]');

// The engine says the same thing in the same object: a set of policies has few answers, and gives them often.
const saidBy = new Remembered((evaluation: Evaluation): Said => {
  const erroring = evaluation.erroring.slice(0, MAX_LISTED);
  return saying(
    determiningText(evaluation),
    listed(erroring, ({ id }) => quoted(id)),
    listed(evaluation.obligations, obligationText),
  );
});

function saying(determining: string, erroring: string, obligations: string): Said {
  return {
    determining: inOnePiece(`,"determining":${determining},"durationMicros":`),
    erroring: inOnePiece(`,"erroring":${erroring},"facts":`),
    obligations: inOnePiece(`,"obligations":${obligations},"pep":"`),
  };
}

function determiningText({ determining }: Evaluation): string {
  return listed(determining.slice(0, MAX_LISTED), ({ effect, id, reason }) => {
    const named = `{"effect":"${effect}","id":${quoted(id)}`;
    return reason === undefined ? `${named}}` : `${named},"reason":${quoted(reason)}}`;
  });
}

function obligationText({ id, properties, type }: Obligation): string {
  return `{"id":${quoted(id)}${propertiesText(properties)},"type":${quoted(type)}}`;
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
