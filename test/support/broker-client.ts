import { HttpBrowser } from './http-browser.js';

/** What a broker answered, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Call {
  /** Bearer credential. */
  readonly key?: string | undefined;
  /** `name=value` of a console session; comes with the header that a form can't send. */
  readonly session?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface GraphQLAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string; readonly field?: string };
  }[];
}

const TIMEOUT_MS = 20_000;

/** A running broker, as programs and people reach it. */
export class BrokerClient {
  constructor(readonly url: string) {}

  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: headersOf(call),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...bodyOf(call),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Calls, and reads the answer as JSON; throws unless the status is 2xx. */
  async ok<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<T> {
    const { status, text } = await this.call(method, path, call);
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A real ID token of the development identity provider. */
  async idToken(email: string, password: string, deviceId?: string): Promise<string> {
    const { id_token: token } = await this.ok<{ id_token: string }>('POST', '/dev-idp/token', {
      form: {
        grant_type: 'password',
        client_id: 'acme-apps',
        username: email,
        password,
        ...(deviceId === undefined ? {} : { device_id: deviceId }),
      },
    });
    return token;
  }

  /** Signs in to a tenant's console through its page; the session's cookie as `name=value`. */
  async signIn(tenant: string, email: string, password: string): Promise<string> {
    const browser = new HttpBrowser();
    const home = `${this.url}/signed-in`;
    const start = new URL(`${this.url}/auth/login?tenant=${tenant}&returnTo=/signed-in`);
    const page = await browser.follow(start, home);
    await browser.postAndFollow(page.url, { email, password }, home);
    const value = browser.cookie('sallyport_session');
    if (value === undefined) throw new Error(`${email} could not sign in to ${tenant}`);
    return `sallyport_session=${value}`;
  }

  async graphql(
    session: string,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<GraphQLAnswer> {
    const { text } = await this.call('POST', '/graphql', { session, json: { query, variables } });
    return JSON.parse(text) as GraphQLAnswer;
  }

  /** Data of a query or mutation that must succeed. */
  async data<T>(
    session: string,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<T> {
    const { data, errors } = await this.graphql(session, query, variables);
    if (errors !== undefined && errors.length > 0) throw new Error(JSON.stringify(errors));
    return data as T;
  }
}

function headersOf({ key, session, headers, json }: Call): Record<string, string> {
  return {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(session === undefined ? {} : { cookie: session, 'x-sallyport-csrf': '1' }),
    ...headers,
  };
}

function bodyOf({ json, form, body }: Call): { body?: BodyInit } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  if (form !== undefined) return { body: new URLSearchParams(form) };
  return body === undefined ? {} : { body };
}
