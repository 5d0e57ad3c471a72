import { CompiledEngine } from '@sallyport/policy';
import fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { AuditLogFake } from '../evidence/audit-log.fake.js';
import { Authenticator } from '../platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../platform/http/server.js';
import { FakeFactsRegister } from '../registers/facts.fake.js';
import { acme, DANA, ISSUER, KEY, NOW_MS } from './acme.fake.js';
import { createDecide, type DecideParts } from './create-decide.js';
import { FakeDecisionSampler } from '../policies/cross-check/decision-sampler.fake.js';
import type { GeoLocation } from './decide.ports.js';
import { FakeKeyRing } from './tokens/key-ring.fake.js';
import { FakeTokenStore } from './tokens/token-store.fake.js';

export const PUBLIC_URL = 'https://broker.example';

/** The decision door on fakes, with real Cedar and real HTTP handling. */
export interface TestBroker extends DecideParts {
  readonly server: FastifyInstance;
  readonly facts: FakeFactsRegister;
  readonly log: AuditLogFake;
  readonly keys: FakeKeyRing;
  readonly tokens: FakeTokenStore;
  readonly faults: { event: string; error: unknown }[];
  /** Moves the time of everything. */
  nowMs: number;
  /** A token of the tenant's issuer; `header` and `claims` replace what it has by default. */
  subjectToken(claims?: object, header?: object): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
}

const PLACES: Readonly<Record<string, Omit<GeoLocation, 'ip'>>> = {
  '193.99.144.80': { country: 'DE' },
  '8.8.8.8': { country: 'US' },
  '193.99.144.81': { country: 'DE', anonymizer: true },
};

/** No machine is so busy that a step takes this long: who asks for no deadline meets none. */
const PATIENT_MS = 20_000;

export async function startBroker(
  definition = acme(),
  { deadlineMs = PATIENT_MS } = {},
): Promise<TestBroker> {
  const time = { nowMs: NOW_MS };
  const clock = { nowMs: () => time.nowMs };
  const facts = new FakeFactsRegister({ engine: new CompiledEngine(), nowMs: clock.nowMs });
  facts.add(definition);
  const log = new AuditLogFake();
  const keys = new FakeKeyRing();
  const tokens = new FakeTokenStore(log);
  const faults: TestBroker['faults'] = [];
  const idp = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const idpKey = await importJWK(await exportJWK(idp.publicKey), 'EdDSA');
  const parts = createDecide({
    facts,
    auditLog: log,
    keys,
    tokens,
    clock,
    geo: { locate: (ip) => (/^[\d.]+$/.test(ip) ? { ip, ...PLACES[ip] } : undefined) },
    issuerKeys: { keysOf: () => () => Promise.resolve(idpKey as CryptoKey) },
    settings: {
      publicUrl: PUBLIC_URL,
      deadlineMs,
      maxFeedAgeMs: 5_000,
      cursorKey: new Uint8Array(32).fill(7),
    },
    faults: { report: (event, error) => void faults.push({ event, error }) },
    sampler: new FakeDecisionSampler(),
  });
  const server = fastify(serverOptions(1_048_576));
  const sessions = { find: () => Promise.resolve(undefined) };
  const authenticator = new Authenticator({
    facts,
    sessions,
    adminToken: 'admin-token-of-the-instance',
    origin: PUBLIC_URL,
    admission: parts.limiter,
  });
  prepareServer(server, authenticator);
  for (const routes of [
    parts.decideRoutes,
    parts.searchRoutes,
    parts.forwardAuthRoutes,
    parts.kubernetesRoutes,
    parts.opaRoutes,
    parts.planRoutes,
    parts.oauthRoutes,
  ])
    routes.register(server);
  return Object.assign(time, {
    ...parts,
    server,
    facts,
    log,
    keys,
    tokens,
    faults,
    subjectToken: (claims: object = {}, header: object = {}) =>
      new SignJWT({ ...defaultClaims(time.nowMs), ...claims })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...header })
        .sign(idp.privateKey),
    post: (path: string, body: unknown, headers?: Record<string, string>) =>
      post(server, path, body, headers),
  });
}

function defaultClaims(nowMs: number): object {
  const iat = Math.floor(nowMs / 1000);
  return { iss: ISSUER, aud: 'acme-apps', sub: DANA.id, iat, exp: iat + 3_600 };
}

async function post(
  server: FastifyInstance,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const answer = await server.inject({
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      ...headers,
    },
    payload: isForm ? body.toString() : JSON.stringify(body),
  });
  const json = answer.body === '' ? {} : (answer.json() as Record<string, unknown>);
  return { status: answer.statusCode, headers: answer.headers, body: json };
}
