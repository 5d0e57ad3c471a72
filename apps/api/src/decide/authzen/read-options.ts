import type { BatchSemantic } from '../decide-input.js';
import type { TokenWish } from '../steps/issue-token.js';
import { type Body, isObject, readOptionalObject, readText, refuse } from './read-member.js';

/** What a single evaluation asks for beside its question. Other options are allowed and ignored. Throws BadRequestError. */
export function readOptions(body: Body): {
  readonly explain: boolean;
  readonly token: TokenWish | undefined;
} {
  const options = readOptionalObject(body['options'], 'options');
  if (options === undefined) return NOTHING_ASKED;
  return { explain: readExplain(options), token: readTokenWish(options['token']) };
}

const NOTHING_ASKED = { explain: false, token: undefined };

/** AuthZEN §7.1.2. Throws BadRequestError. */
export function readBatchOptions(body: Body): {
  readonly explain: boolean;
  readonly semantic: BatchSemantic;
} {
  const options = readOptionalObject(body['options'], 'options') ?? {};
  return {
    explain: readExplain(options),
    semantic: readSemantic(options['evaluations_semantic']),
  };
}

function readExplain({ explain }: Body): boolean {
  if (explain === undefined || explain === null) return false;
  return typeof explain === 'boolean'
    ? explain
    : refuse('options.explain', 'must be true or false');
}

function readTokenWish(token: unknown): TokenWish | undefined {
  if (token === undefined || token === null) return undefined;
  if (!isObject(token)) refuse('options.token', 'must be an object with an audience');
  return { audience: readText(token['audience'], 'options.token.audience', 256) };
}

const SEMANTICS: readonly BatchSemantic[] = [
  'execute_all',
  'deny_on_first_deny',
  'permit_on_first_permit',
];

function readSemantic(value: unknown): BatchSemantic {
  if (value === undefined || value === null) return 'execute_all';
  const known = SEMANTICS.find((one) => one === value);
  return (
    known ??
    refuse(
      'options.evaluations_semantic',
      'must be execute_all, deny_on_first_deny or permit_on_first_permit',
    )
  );
}
