import { type Demo, GERMANY } from './demo.js';

/** What the broker answered to one question. */
export interface Verdict {
  readonly decision: boolean;
  readonly reasons: readonly string[];
  readonly determining: readonly string[];
  readonly decisionId: string;
}

export interface Introspected {
  readonly active: boolean;
  readonly exp?: number;
}

const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const PRODUCTION = { type: 'database', id: 'prod' };

/** Acme's gateway: it asks about Dana, who proves herself with a real identity token, and gets tokens for her. */
export class Gateway {
  constructor(
    private readonly demo: Demo,
    private readonly danasToken: string,
  ) {}

  mayReadProduction(ip = GERMANY): Promise<Verdict> {
    return this.ask(PRODUCTION, { ip });
  }

  mayReadRecord(id: string): Promise<Verdict> {
    return this.ask({ type: 'record', id }, { ip: GERMANY, purpose: 'TREAT' });
  }

  /** RFC 8693: a token for the production database in Dana's name; rejects unless it is permitted. */
  async tokenForProduction(): Promise<string> {
    const { access_token: token } = await this.demo.client.ok<{ access_token: string }>(
      'POST',
      '/oauth2/token',
      { key: this.demo.key, form: this.exchangeForm() },
    );
    return token;
  }

  /** The same request where it should be refused: status and error. */
  async refusedToken(): Promise<{ status: number; error?: string; reason?: string }> {
    const { status, text } = await this.demo.client.call('POST', '/oauth2/token', {
      key: this.demo.key,
      form: this.exchangeForm(),
    });
    return { ...(JSON.parse(text) as object), status };
  }

  introspect(token: string): Promise<Introspected> {
    const call = { key: this.demo.key, form: { token } };
    return this.demo.client.ok<Introspected>('POST', '/oauth2/introspect', call);
  }

  private exchangeForm() {
    return {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: this.danasToken,
      subject_token_type: ID_TOKEN,
      audience: 'prod-db',
      scope: 'read',
      resource: 'urn:sallyport:database:prod',
      ip: GERMANY,
    };
  }

  private async ask(resource: object, context: Record<string, string>): Promise<Verdict> {
    const { status, headers, text } = await this.demo.client.call('POST', '/access/v1/evaluation', {
      key: this.demo.key,
      json: {
        action: { name: 'read' },
        resource,
        context: { ...context, subject_token: this.danasToken, subject_token_type: ID_TOKEN },
        options: { explain: true },
      },
    });
    if (status !== 200) throw new Error(`the broker answered ${status}: ${text}`);
    return verdictOf(JSON.parse(text) as Explained, headers.get('x-decision-id') ?? '');
  }
}

interface Explained {
  readonly decision: boolean;
  readonly context: {
    readonly reasons: readonly { readonly code: string }[];
    readonly determining: readonly { readonly id: string }[];
  };
}

function verdictOf({ decision, context }: Explained, decisionId: string): Verdict {
  return {
    decision,
    reasons: context.reasons.map(({ code }) => code),
    determining: context.determining.map(({ id }) => id),
    decisionId,
  };
}
