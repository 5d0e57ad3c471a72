import { BadRequestError } from '../../platform/errors.js';
import type { Question } from '../question.js';
import { type Body, isObject } from './read-member.js';
import { readQuestion } from './read-question.js';

export const MAX_BATCH = 1_000;

/** One item of a batch: a question, or why it is none. */
export type BatchItem =
  { readonly question: Question } | { readonly question: undefined; readonly message: string };

/** The raw items of `evaluations`; empty when the request is a single evaluation (AuthZEN §7.1). Throws BadRequestError. */
export function rawItems(body: Body, max = MAX_BATCH): readonly unknown[] {
  const { evaluations } = body;
  if (evaluations === undefined || evaluations === null) return [];
  if (!Array.isArray(evaluations)) {
    throw new BadRequestError('evaluations: must be an array', { field: 'evaluations' });
  }
  if (evaluations.length > max) {
    throw new BadRequestError(`evaluations: at most ${max} items`, { field: 'evaluations' });
  }
  for (const part of ['subject', 'action', 'resource', 'context']) {
    const fallback = body[part];
    if (fallback !== undefined && fallback !== null && !isObject(fallback)) {
      throw new BadRequestError(`${part}: must be an object`, { field: part });
    }
  }
  return evaluations as unknown[];
}

/** Fills in the defaults of the request and reads each item on its own: a broken one is an error of that item alone. */
export function readItems(items: readonly unknown[], defaults: Body): readonly BatchItem[] {
  return items.map((item) => readItem(item, defaults));
}

function readItem(item: unknown, defaults: Body): BatchItem {
  if (!isObject(item)) return { question: undefined, message: 'the item must be an object' };
  try {
    return { question: readQuestion(withDefaults(item, defaults)) };
  } catch (error) {
    if (error instanceof BadRequestError) return { question: undefined, message: error.message };
    throw error;
  }
}

/**
 * An item's entity replaces the default whole; only a REQUIRED key that it lacks is taken from it, never `properties`. This
 * satisfies both the specification's text and the conformance suite's partial defaults.
 */
const ENTITY = ['type', 'id'];
const ACTION = ['name'];

function withDefaults(item: Body, defaults: Body): Body {
  return {
    subject: entity(item['subject'], defaults['subject'], ENTITY),
    action: entity(item['action'], defaults['action'], ACTION),
    resource: entity(item['resource'], defaults['resource'], ENTITY),
    context: item['context'] ?? defaults['context'],
  };
}

function entity(own: unknown, fallback: unknown, keys: readonly string[]): unknown {
  if (own === undefined || own === null) return fallback;
  if (!isObject(own) || !isObject(fallback)) return own;
  const isInherited = (key: string) => own[key] === undefined && fallback[key] !== undefined;
  if (!keys.some(isInherited)) return own;
  const inherited = keys.filter(isInherited).map((key) => [key, fallback[key]]);
  return { ...own, ...Object.fromEntries(inherited) };
}
