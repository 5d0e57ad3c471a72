import type { ConsoleBrowser, Screen } from '../support/console-browser.js';
import type { Demo } from '../support/demo.js';
import type { Gateway } from '../support/gateway.js';

/** Who plays, and what they hold while the story goes on. */
export interface Cast {
  readonly demo: Demo;
  readonly browser: ConsoleBrowser;
  readonly gateway: Gateway;
  readonly dana: Screen;
  readonly omar: Screen;
  /** Tokens issued so far, the newest last. */
  readonly tokens: string[];
}

/** The cast, once it is on stage. */
export type WithCast = () => Cast;
