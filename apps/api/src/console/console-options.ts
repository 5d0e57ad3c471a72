import type { SignInOptions } from './sign-in.service.js';

/** What the console needs to know of the process; a class so that it can be injected. */
export class ConsoleOptions implements SignInOptions {
  /** `development` or `production`: shown in the frame so that nobody approves in the wrong window. */
  readonly environment: string;
  readonly publicUrl: string;
  readonly builtinIssuer: string | undefined;
  /** 32 bytes; keys for cookies are derived from it. */
  readonly masterKey: Uint8Array;
  readonly clientSecret: (name: string) => string | undefined;

  constructor(options: ConsoleOptions) {
    this.environment = options.environment;
    this.publicUrl = options.publicUrl;
    this.builtinIssuer = options.builtinIssuer;
    this.masterKey = options.masterKey;
    this.clientSecret = options.clientSecret;
  }
}
