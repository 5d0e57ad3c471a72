import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import {
  type EvaluationRequest,
  type GoldenCase,
  readTenantDirectory,
  type TenantDefinition,
} from '@sallyport/contracts';
import pg from 'pg';
import type { TestBroker } from '../support/broker-in-process.js';

const DEMO = fileURLToPath(new URL('../../deploy/demo/acme', import.meta.url));
/** Addresses that the shipped database places there. */
const ADDRESSES: Readonly<Record<string, string>> = { DE: '84.128.0.1', US: '8.8.8.8' };
const FAR_AWAY = '1.128.0.1';

/** A case that asks an AuthZEN question. */
export type AskedCase = GoldenCase & { readonly request: EvaluationRequest };

/** The demo tenant's directory, but for what a case says about the world. */
export function demoFiles(): ReadonlyMap<string, string> {
  const files = readdirSync(DEMO, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const named = files.map(
    (path) => [path.slice(DEMO.length + 1), readFileSync(path, 'utf8')] as const,
  );
  return new Map(named);
}

export function demoTenant(): TenantDefinition {
  const files = new Map(demoFiles()).set('peps.yaml', '[]');
  const read = readTenantDirectory(files);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.tenant;
}

/** A tenant of its own in which a case's facts are true, as far as a broker can find them out by itself. */
export async function bringAbout(
  broker: TestBroker,
  { request: { subject, resource }, facts = {}, atMs }: AskedCase,
  { tenant, key }: { readonly tenant: string; readonly key: string },
): Promise<void> {
  const files = new Map(demoFiles());
  for (const path of [...files.keys()])
    if (/^(?:tests|devices|consents)\//.test(path)) files.delete(path);
  files.set(
    'tenant.yaml',
    `${files.get('tenant.yaml')}`.replace(/^name: acme$/m, `name: ${tenant}`),
  );
  files.set('peps.yaml', `- { name: gateway, key: ${key}, explain: true }\n`);
  if (facts.device) {
    const { checkedAt, ...posture } = facts.device;
    const ago = checkedAt && 'agoSeconds' in checkedAt ? checkedAt.agoSeconds : 0;
    const device = {
      id: 'device',
      ...posture,
      owner: `${subject.type}::${subject.id}`,
      checkedAt: { ago: `${ago}s` },
    };
    files.set('devices/one.json', JSON.stringify([device]));
  }
  if (facts.consent) files.set('consents/one.json', consent(resource.id, facts.consent));
  const apply = (given: ReadonlyMap<string, string>) =>
    broker.client.ok('PUT', `/v1/tenants/${tenant}`, {
      key: broker.adminToken,
      json: { files: Object.fromEntries(given) },
    });
  await apply(new Map([['tenant.yaml', `name: ${tenant}`]]));
  for (const [index, { role, endsAtMs }] of (facts.grants ?? []).entries()) {
    const endsInMs = endsAtMs === undefined ? 3_600_000 : endsAtMs - (atMs ?? Date.now());
    await grant(broker, { tenant, id: `grant-${index + 1}`, subject, role, endsInMs });
  }
  // Whoever applies sees everything that was written before in the next decision.
  await apply(files);
}

/** The question as an enforcement point asks it, with what tells the broker the rest. */
export function questionOf(
  { request, facts = {} }: AskedCase,
  ip = addressOf(facts.network?.country),
) {
  const context = {
    ...request.context,
    ...(facts.device ? { device_id: facts.device.id ?? 'device' } : {}),
    ...(ip === undefined ? {} : { ip }),
  };
  return { ...request, context };
}

/** Asked before the case, where its subject is to have been far away a moment ago. */
export function questionBefore(test: AskedCase): object | undefined {
  const isTravel = test.facts?.risk?.reasons?.includes('impossible-travel');
  return isTravel ? questionOf(test, FAR_AWAY) : undefined;
}

function addressOf(country: string | undefined): string | undefined {
  if (country === undefined) return undefined;
  const known = ADDRESSES[country];
  if (known === undefined) throw new Error(`no address in ${country}`);
  return known;
}

async function grant(
  broker: TestBroker,
  one: {
    readonly tenant: string;
    readonly id: string;
    readonly subject: { readonly type: string; readonly id: string };
    readonly role: { readonly type: string; readonly id: string };
    readonly endsInMs: number;
  },
): Promise<void> {
  const { tenant, id, subject, role, endsInMs } = one;
  const client = new pg.Client({ connectionString: broker.database.url });
  await client.connect();
  await client.query(
    `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
     VALUES ($1, $2, 'r1', $3, $4, $5, $6, $7, $8, 'active')`,
    [
      tenant,
      id,
      subject.type,
      subject.id,
      role.type,
      role.id,
      new Date(Date.now() - 60_000),
      new Date(Date.now() + endsInMs),
    ],
  );
  await client.end();
}

function consent(
  recordId: string,
  { status, purpose }: { status: string; purpose?: string },
): string {
  const shipped = demoFiles().get('consents/patient-42.json') ?? '{}';
  const resource = JSON.parse(shipped) as {
    provision: { type: string; purpose: { code: string }[] };
  };
  resource.provision.type = status;
  for (const one of resource.provision.purpose) one.code = purpose ?? one.code;
  return JSON.stringify({ ...resource, patient: { reference: `Patient/${recordId}` } });
}
