import type { JsonObject } from '@sallyport/contracts';
import { type Body, isObject, readOptionalObject, refuse } from '../authzen/read-member.js';
import { readQuestion } from '../authzen/read-question.js';
import type { Question } from '../question.js';

/** What a search is for. */
export type Searched = 'subject' | 'resource' | 'action';

/** A search as it was asked: its shape is checked, nothing in it is believed yet. */
export interface SearchRequest {
  readonly searched: Searched;
  /** What is searched for has no name in it: the id of the entity, the name of the action, is empty. */
  readonly question: Question;
  readonly page: PageWish;
}

/** AuthZEN §8.2. */
export interface PageWish {
  readonly token: string | undefined;
  /** As it was asked for. */
  readonly limit: number | undefined;
  readonly properties: JsonObject | undefined;
  /** Whether the request speaks of pages at all. */
  readonly isAsked: boolean;
}

/** For the reader of questions, which wants a name; it is taken out again. */
const NAMELESS = 'nameless';

/**
 * AuthZEN Authorization API 1.0 §8.4 to §8.6: an evaluation whose searched entity has no id. One that is sent is ignored, and so is an action in a search for actions.
 * Throws BadRequestError naming the first member that is wrong.
 */
export function readSearch(searched: Searched, body: Body): SearchRequest {
  const question = readQuestion({ ...body, [searched]: withoutName(searched, body[searched]) });
  if (searched === 'subject' && question.subjectToken)
    refuse('context.subject_token', 'proves one subject; a search for subjects has none yet');
  return { searched, question: nameless(searched, question), page: readPage(body['page']) };
}

function withoutName(searched: Searched, value: unknown): unknown {
  if (searched === 'action') return { name: NAMELESS };
  return isObject(value) ? { ...value, id: NAMELESS } : value;
}

function nameless(searched: Searched, question: Question): Question {
  const { subject, resource } = question;
  switch (searched) {
    case 'subject':
      return subject ? { ...question, subject: { ...subject, id: '' } } : question;
    case 'resource':
      return { ...question, resource: { ...resource, id: '' } };
    case 'action':
      return { ...question, action: { name: '' } };
  }
}

const MAX_TOKEN = 4_096;

function readPage(value: unknown): PageWish {
  const page = readOptionalObject(value, 'page');
  return {
    token: readToken(page?.['token']),
    limit: readLimit(page?.['limit']),
    properties: readOptionalObject(page?.['properties'], 'page.properties'),
    isAsked: page !== undefined,
  };
}

/** An empty one is what the last page carries, and means the beginning. */
function readToken(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') refuse('page.token', 'must be a string');
  if (value.length > MAX_TOKEN) refuse('page.token', 'is none of this broker');
  return value;
}

function readLimit(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('page.limit', 'must be a whole number from 0 on');
}
