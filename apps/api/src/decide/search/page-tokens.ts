import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Json } from '@sallyport/contracts';
import { refuse } from '../authzen/read-member.js';
import type { Identified } from '../decision-state.js';
import { canonicalText } from '../entry/canonical-text.js';
import type { SearchRequest } from './read-search.js';

/** Where a listing goes on. */
export interface Continuation {
  /** The last name that was looked at, permitted or not. */
  readonly after: string;
  /** The limit that the first page was asked with. */
  readonly limit: number | undefined;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/**
 * The tokens of listings: sealed, for they name what the asker may not see, and bound to the search that they continue. The same place of the same search has
 * the same token in every process: the nonce is a digest of what is sealed (as in RFC 8452, without which equal answers would differ).
 */
export class PageTokens {
  private readonly sealKey: Uint8Array;
  private readonly nonceKey: Uint8Array;

  constructor(key: Uint8Array) {
    this.sealKey = new Uint8Array(hkdfSync('sha256', key, '', 'page token', 32));
    this.nonceKey = new Uint8Array(hkdfSync('sha256', key, '', 'page token nonce', 32));
  }

  /** `search` stands for everything but the page: a token of one search is none of another. */
  seal({ after, limit }: Continuation, search: Uint8Array): string {
    const text = Buffer.from(JSON.stringify(limit === undefined ? [after] : [after, limit]));
    const digest = createHmac('sha256', this.nonceKey).update(search).update(text).digest();
    const nonce = digest.subarray(0, NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.sealKey, nonce).setAAD(search);
    const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  /** Throws BadRequestError for what `seal` did not make for this search. */
  open(token: string, search: Uint8Array): Continuation {
    const bytes = Buffer.from(token, 'base64url');
    const isWhole = bytes.toString('base64url') === token && bytes[0] === VERSION;
    if (!isWhole || bytes.length <= 1 + NONCE_BYTES + TAG_BYTES) return foreign();
    const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.sealKey, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(search).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES));
      const [after, limit] = JSON.parse(
        Buffer.concat([text, decipher.final()]).toString('utf8'),
      ) as [string, number?];
      return { after, limit };
    } catch {
      return foreign();
    }
  }
}

function foreign(): never {
  return refuse(
    'page.token',
    'continues another search: beside the page, all must be as in the request that it came from',
  );
}

/** What a token is bound to: who asks what, the page aside. A proved subject counts, the token that proves it does not. */
export function bindingOf(
  { pep, resolved }: Identified,
  { searched, question, page }: SearchRequest,
): Uint8Array {
  const { subject = resolved.subject, action, resource, context } = question;
  const asked = {
    searched,
    subject,
    action,
    resource,
    context,
    properties: page.properties ?? null,
  };
  const text = canonicalText([pep.tenantId, pep.name, asked] as unknown as Json);
  return createHash('sha256').update(text).digest();
}
