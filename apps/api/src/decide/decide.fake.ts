import type { EntityRef, IssuerSettings, TenantDefinition } from '@sallyport/contracts';
import { CedarWasmEngine } from '@sallyport/policy';
import fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { AuditLogFake } from '../evidence/audit-log.fake.js';
import { Authenticator } from '../platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../platform/http/server.js';
import { FakeFactsRegister } from '../registers/facts.fake.js';
import { createDecide, type DecideParts } from './create-decide.js';
import type { GeoLocation } from './decide.ports.js';
import { FakeKeyRing } from './tokens/key-ring.fake.js';
import { FakeTokenStore } from './tokens/token-store.fake.js';

export const PUBLIC_URL = 'https://broker.example';
export const ISSUER = 'https://idp.acme.example';
export const NOW_MS = Date.parse('2026-11-22T10:00:00.500Z');
export const KEY = 'acme-gateway-key';
export const DANA: EntityRef = { type: 'user', id: 'dana@acme.example' };

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

export async function startBroker(definition = acme()): Promise<TestBroker> {
  const time = { nowMs: NOW_MS };
  const clock = { nowMs: () => time.nowMs };
  const facts = new FakeFactsRegister({ engine: new CedarWasmEngine(), nowMs: clock.nowMs });
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
    settings: { publicUrl: PUBLIC_URL, deadlineMs: 200, maxFeedAgeMs: 5_000 },
    faults: { report: (event, error) => void faults.push({ event, error }) },
  });
  const server = fastify(serverOptions(1_048_576));
  const sessions = { find: () => Promise.resolve(undefined) };
  const authenticator = new Authenticator({
    facts,
    sessions,
    adminToken: 'admin-token-of-the-instance',
    origin: PUBLIC_URL,
  });
  prepareServer(server, authenticator);
  for (const routes of [parts.decideRoutes, parts.forwardAuthRoutes, parts.oauthRoutes]) {
    routes.register(server);
  }
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

export const POLICIES = `
@id("prod-read")
permit (principal in role::"prod-db-reader", action == Action::"read", resource == database::"prod")
when { context has device && context.device has compliant && context.device.compliant
  && context has network && context.network has country && context.network.country == "DE" };

@id("records-with-consent")
@obligation("log-access")
@ttl("5m")
permit (principal, action == Action::"read", resource is record)
when { context has consent && context.consent.status == "permit" };

@id("no-impossible-travel")
@reason("impossible-travel")
forbid (principal, action, resource)
when { context has risk && context.risk.reasons.contains("impossible-travel") };

@id("open-door")
permit (principal, action == Action::"knock", resource);
`;

/** A tenant in the shape of the demo: Dana, her laptop, the production database and a patient's record. */
export function acme(changes: Partial<TenantDefinition> = {}): TenantDefinition {
  const issuer: IssuerSettings = {
    issuer: ISSUER,
    audiences: ['acme-apps'],
    subjectType: 'user',
    subjectClaim: 'sub',
    deviceClaim: 'device_id',
  };
  const dana = {
    id: 'dana-laptop',
    owner: DANA,
    managed: true,
    os: 'macos',
    osVersion: '15.1',
    diskEncrypted: true,
    checkedAt: { agoSeconds: 600 },
  };
  return {
    settings: {
      name: 'acme',
      displayName: 'Acme Health',
      issuers: [issuer],
      location: { maxSpeedKmh: 1_000, minDistanceKm: 50 },
      posture: { maxAgeSeconds: 3_600, requirements: { diskEncrypted: true } },
      tokens: { maxTtlSeconds: 900, audiences: ['prod-db'] },
    },
    policies: { files: { 'policies/main.cedar': POLICIES } },
    entities: [
      { uid: DANA, attrs: {}, parents: [{ type: 'group', id: 'engineering' }] },
      { uid: { type: 'record', id: '42' }, attrs: { patient: 'Patient/42' }, parents: [] },
    ],
    devices: [dana],
    consents: [{ id: 'c42', resource: consent('active') }],
    peps: [
      {
        name: 'gateway',
        kind: 'gateway',
        mode: 'enforce',
        key: KEY,
        explain: false,
        strict: false,
        routes: [
          {
            method: 'GET',
            path: '/records/{id}',
            action: 'read',
            resource: { type: 'record', id: '{id}' },
            context: { purpose: 'TREAT' },
          },
        ],
      },
    ],
    accessRules: [],
    tests: [],
    ...changes,
  };
}

/** A FHIR R4 consent of patient 42 to treatment, until 2026-11-22 10:02 UTC. */
export function consent(status: 'active' | 'inactive') {
  return {
    resourceType: 'Consent',
    id: 'c42',
    status,
    scope: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { reference: 'Patient/42' },
    dateTime: '2026-01-01T00:00:00Z',
    provision: {
      type: 'permit',
      period: { start: '2026-01-01T00:00:00Z', end: '2026-11-22T10:02:00Z' },
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    },
  };
}
