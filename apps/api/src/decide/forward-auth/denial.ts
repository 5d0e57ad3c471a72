import { reasonSentence } from '@sallyport/contracts';

/** A refusal as a gateway relays it: something that a person can read out to whoever helps. */
export interface Denial {
  readonly status: 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const CHALLENGE = 'Bearer realm="sallyport"';

/** 401 only where the end user must authenticate (RFC 6750 §3), 403 otherwise. `accept` chooses between JSON and text. */
export function denialOf(
  reason: string,
  decisionId: string | undefined,
  accept: string | undefined,
): Denial {
  const challenge = challengeOf(reason);
  const status = challenge === undefined ? 403 : 401;
  const sentence = reasonSentence(reason);
  const isJson = /\bapplication\/(?:[\w.-]+\+)?json\b/i.test(accept ?? '');
  return {
    status,
    headers: {
      'x-sallyport-reason': reason,
      'x-sallyport-message': sentence,
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    },
    body: isJson
      ? JSON.stringify({ status, reason, message: sentence, decisionId })
      : textOf(status, reason, sentence, decisionId),
  };
}

function textOf(
  status: number,
  reason: string,
  sentence: string,
  decisionId: string | undefined,
): string {
  const quoted = decisionId === undefined ? '' : ` Decision ${decisionId}.`;
  return `${status} ${reason}: ${sentence}${quoted}\n`;
}

/** What the end user is challenged with, at every door (RFC 6750 §3); undefined where it would not help to authenticate. */
export function challengeOf(reason: string): string | undefined {
  switch (reason) {
    case 'subject-token-missing':
      return CHALLENGE;
    case 'subject-token-invalid':
    case 'subject-token-expired':
      return `${CHALLENGE}, error="invalid_token"`;
    default:
      return undefined;
  }
}
