import {
  type CheckResponse,
  deny,
  OK,
  PERMISSION_DENIED,
  UNAUTHENTICATED,
} from './check-response.js';

/**
 * The last thing that happens to every answer. Envoy takes an answer without status for an allow, and a denial without HTTP status
 * for one too; so whatever is not wholly one of the two answers that we mean to give is a denial from here on.
 */
export function sealed(answer: unknown): CheckResponse {
  return isAllow(answer) || isDenial(answer) ? answer : deny('broker-error');
}

const DENIALS: ReadonlySet<unknown> = new Set([401, 403, 429, 503]);

type Loose = Readonly<Record<string, unknown>>;

function isAllow(answer: unknown): answer is CheckResponse {
  const ok = member(answer, 'ok_response');
  return (
    member(member(answer, 'status'), 'code') === OK &&
    member(answer, 'denied_response') === undefined &&
    isHeaders(member(ok, 'headers')) &&
    isNonEmptyText(valueOf(member(ok, 'headers'), 'x-decision-id')) &&
    removesOurs(member(ok, 'headers_to_remove'))
  );
}

function isDenial(answer: unknown): answer is CheckResponse {
  const code = member(member(answer, 'status'), 'code');
  const denied = member(answer, 'denied_response');
  const status = member(member(denied, 'status'), 'code');
  return (
    (code === PERMISSION_DENIED || code === UNAUTHENTICATED) &&
    member(answer, 'ok_response') === undefined &&
    DENIALS.has(status) &&
    isHeaders(member(denied, 'headers'))
  );
}

function removesOurs(names: unknown): boolean {
  return Array.isArray(names) && names.includes('x-sallyport-key');
}

function isHeaders(headers: unknown): headers is readonly Loose[] {
  return (
    Array.isArray(headers) &&
    headers.every(
      (option) =>
        isNonEmptyText(member(member(option, 'header'), 'key')) &&
        isNonEmptyText(member(member(option, 'header'), 'value')),
    )
  );
}

function valueOf(headers: unknown, name: string): unknown {
  if (!isHeaders(headers)) return undefined;
  const found = headers.find((option) => member(member(option, 'header'), 'key') === name);
  return member(member(found, 'header'), 'value');
}

function isNonEmptyText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Loose)[name] : undefined;
}
