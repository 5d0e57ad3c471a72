import { createHash } from 'node:crypto';
import type { EntityRef, JsonObject, SearchEntry } from '@sallyport/contracts';
import type { Asked } from '../decision-state.js';
import { canonicalText } from '../entry/canonical-text.js';
import type { SearchRequest } from './read-search.js';
import type { Found, SearchOutcome } from './search-outcome.js';

/** A context that is larger is represented by its digest. */
const MAX_CONTEXT_CHARACTERS = 8_192;

/** Whoever reads the log sees what was asked and how much was told; what exactly, the digest proves. */
export function searchEntry(
  asked: Asked,
  { searched, question, page }: SearchRequest,
  answer: Omit<SearchOutcome, 'searchId'> & { readonly evaluated: number },
): SearchEntry {
  const { pep, requestId, resolved } = asked;
  const { action, context } = question;
  const subject = searched === 'subject' ? undefined : (resolved?.subject ?? question.subject);
  const resource = searched === 'resource' ? undefined : question.resource;
  return {
    type: 'search',
    id: asked.decisionId,
    time: new Date(asked.atMs).toISOString(),
    actor: `pep:${pep.name}`,
    pep: pep.name,
    mode: pep.mode,
    searched,
    ...(searched === 'action' ? {} : { searchedType: typeOf(searched, question) }),
    ...(subject === undefined ? {} : { subject: refOf(subject) }),
    ...(searched === 'action' ? {} : { action: action.name }),
    ...(resource === undefined ? {} : { resource: refOf(resource) }),
    context: logged(context),
    isContinued: page.token !== undefined,
    isComplete: answer.nextToken === undefined,
    count: answer.found.length,
    resultsSha256: digestOf(answer.found),
    evaluated: answer.evaluated,
    reasons: answer.reasons,
    policyVersion: answer.policyVersion,
    ...(requestId === undefined ? {} : { requestId }),
    durationMicros: Math.max(0, Math.round((performance.now() - asked.startedAt) * 1000)),
  };
}

function typeOf(searched: 'subject' | 'resource', question: SearchRequest['question']): string {
  return (searched === 'subject' ? question.subject : question.resource)?.type ?? '';
}

function refOf({ type, id }: EntityRef): EntityRef {
  return { type, id };
}

/** SHA-256 of the names as canonical JSON. */
function digestOf(found: readonly Found[]): string {
  return sha256(canonicalText(found.map(({ name }) => name)));
}

function logged(context: JsonObject): JsonObject {
  const text = canonicalText(context);
  if (text.length <= MAX_CONTEXT_CHARACTERS) return context;
  return { sha256: sha256(text), bytes: Buffer.byteLength(text) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
