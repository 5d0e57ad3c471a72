import { OAuthError, type OAuthErrorCode } from './oauth-error.js';

/** Parameters of a form body. A parameter is sent once (RFC 6749 §3.1), an empty one counts as absent. */
export class Form {
  constructor(private readonly body: unknown) {}

  /** Throws OAuthError when it is missing, too long, or there twice. */
  required(name: string, max = 2_048): string {
    const value = this.optional(name, max);
    if (value === undefined) {
      throw new OAuthError('invalid_request', `${name} is required`, { field: name });
    }
    return value;
  }

  optional(
    name: string,
    max = 2_048,
    repeated: OAuthErrorCode = 'invalid_request',
  ): string | undefined {
    const [value, ...more] = this.body instanceof URLSearchParams ? this.body.getAll(name) : [];
    if (more.length > 0) {
      throw new OAuthError(repeated, `${name} must be there once`, { field: name });
    }
    if (value !== undefined && (value.length > max || value.includes('\uFFFD'))) {
      throw new OAuthError('invalid_request', `${name} is too long or not UTF-8`, { field: name });
    }
    return value === '' ? undefined : value;
  }
}
