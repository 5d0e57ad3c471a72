import type { JsonObject } from '@sallyport/contracts';
import type { DescribedAction, DescribedEntity, Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE, SUBJECT_TOKEN_TYPES } from '../subject/verified-token.js';
import { type Body, readObject, readOptionalObject, readText, refuse } from './read-member.js';

/** The type of an entity, the name of an action: bounded, for every log entry carries them. */
const MAX_NAME = 256;
const MAX_ID = 1_024;

/**
 * AuthZEN Authorization API 1.0 §6.1. Unknown members are ignored, `null` counts as absent. Written by hand, for a schema library
 * costs more than the decision; its spec holds it against one. Throws BadRequestError naming the first member that is wrong.
 */
export function readQuestion(body: Body): Question {
  const subject = readSubject(body['subject']);
  const action = readAction(body['action']);
  const resource = readEntity(body['resource'], 'resource');
  const context = readOptionalObject(body['context'], 'context') ?? EMPTY;
  const subjectToken = readToken(context);
  if (!subject && !subjectToken) {
    refuse('subject', 'is required, unless context.subject_token proves who it is');
  }
  const asked = { action, resource, context: withoutToken(context) };
  if (!subjectToken) return subject ? { subject, ...asked } : asked;
  return subject ? { subject, subjectToken, ...asked } : { subjectToken, ...asked };
}

const EMPTY: JsonObject = {};

function readEntity(value: unknown, path: 'subject' | 'resource'): DescribedEntity {
  const entity = readObject(value, path);
  const type = readText(entity['type'], `${path}.type`, MAX_NAME);
  const id = readText(entity['id'], `${path}.id`, MAX_ID);
  const properties = readOptionalObject(entity['properties'], `${path}.properties`);
  return properties === undefined ? { type, id } : { type, id, properties };
}

// The items of a batch mostly share the request's subject: the same object, read once, stays one object.
let lastSubject: { readonly value: unknown; readonly subject: DescribedEntity } | undefined;

function readSubject(value: unknown): DescribedEntity | undefined {
  if (value === undefined || value === null) return undefined;
  if (lastSubject?.value !== value) lastSubject = { value, subject: readEntity(value, 'subject') };
  return lastSubject.subject;
}

function readAction(value: unknown): DescribedAction {
  const action = readObject(value, 'action');
  const name = readText(action['name'], 'action.name', MAX_NAME);
  const properties = readOptionalObject(action['properties'], 'action.properties');
  return properties === undefined ? { name } : { name, properties };
}

function readToken(context: JsonObject): Question['subjectToken'] {
  const token = context['subject_token'];
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string') refuse('context.subject_token', 'must be a string');
  const type = context['subject_token_type'] ?? DEFAULT_SUBJECT_TOKEN_TYPE;
  if (typeof type !== 'string' || !SUBJECT_TOKEN_TYPES.some((one) => one === type)) {
    const known = SUBJECT_TOKEN_TYPES.join(', ');
    refuse('context.subject_token_type', `must be one of ${known}`);
  }
  return { token, type };
}

/** The token is a secret: neither policy nor log may see it. */
function withoutToken(context: JsonObject): JsonObject {
  if (!('subject_token' in context) && !('subject_token_type' in context)) return context;
  const { subject_token: _token, subject_token_type: _type, ...rest } = context;
  return rest;
}
