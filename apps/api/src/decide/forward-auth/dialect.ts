/** How one kind of gateway says which request it asks about, and what it does with the answer. */
export interface Dialect {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  readonly host: string;
  readonly scheme: string;
  /** Names the client's address alone, where the gateway sets it. */
  readonly address?: string;
  /** Hands a 302 on to the client; nginx takes nothing but 401 and 403 from a sub-request. */
  readonly relaysRedirects: boolean;
}

/** Traefik ForwardAuth, Caddy `forward_auth`, APISIX `forward-auth`, and our script for HAProxy. */
export const FORWARDED: Dialect = {
  method: 'x-forwarded-method',
  uri: 'x-forwarded-uri',
  host: 'x-forwarded-host',
  scheme: 'x-forwarded-proto',
  relaysRedirects: true,
};

/** nginx `auth_request`, where nothing is said by itself: our configuration sets these. */
export const ORIGINAL: Dialect = {
  method: 'x-original-method',
  uri: 'x-original-uri',
  host: 'x-original-host',
  scheme: 'x-original-proto',
  address: 'x-real-ip',
  relaysRedirects: false,
};

export const DIALECTS = [FORWARDED, ORIGINAL];

/** Envoy's HTTP ext_authz sends the request itself, without its body: what it asks about is the request line. */
export const ENVOY: Pick<Dialect, 'host' | 'scheme'> = {
  host: 'host',
  scheme: 'x-forwarded-proto',
};

/** Headers that decide what is asked: two of one name would leave open which one the gateway meant. */
export const SINGLE = [
  ...DIALECTS.flatMap(({ method, uri, host, scheme }) => [method, uri, host, scheme]),
  'host',
  'x-real-ip',
  'x-device-id',
  'x-sallyport-key',
  'authorization',
];
