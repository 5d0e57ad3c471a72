import { acme, DANA, NOW_MS } from '../acme.fake.js';
import type { Answer, TestBroker } from '../decide.fake.js';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
type Changes = Readonly<Record<string, string | undefined>>;

/** A token exchange for reading the production database; `undefined` leaves a parameter out. */
export async function exchangeForm(broker: TestBroker, changes: Changes = {}) {
  const fields = {
    grant_type: EXCHANGE,
    subject_token: await broker.subjectToken(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    audience: 'prod-db',
    scope: 'read',
    resource: 'urn:sallyport:database:prod',
    ip: '193.99.144.80',
    device_id: 'dana-laptop',
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export async function exchange(broker: TestBroker, changes?: Changes): Promise<Answer> {
  return broker.post('/oauth2/token', await exchangeForm(broker, changes));
}

/** What anybody may do at any time. */
export const DOOR = { scope: 'knock', resource: 'urn:sallyport:door:1' };

export async function introspect(
  broker: TestBroker,
  token: unknown,
  headers?: Record<string, string>,
): Promise<Answer['body']> {
  const form = new URLSearchParams({ token: String(token) });
  return (await broker.post('/oauth2/introspect', form, headers)).body;
}

/** Gives Dana the role that reads the production database. */
export function grant(
  broker: TestBroker,
  endsAtMs: number,
  state: 'active' | 'revoked' = 'active',
): void {
  const subject = DANA;
  const grant = {
    id: 'g1',
    requestId: 'r1',
    subjectId: DANA.id,
    role: { type: 'role', id: 'prod-db-reader' },
    startsAtMs: NOW_MS - 1,
    endsAtMs,
    state,
    version: 1,
  };
  broker.facts.put('acme', { kind: 'grant', key: ['g1'], value: { subject, grant } });
}

/** The log's entries of one type. */
export function entriesOf<T>(broker: TestBroker, type: string): T[] {
  const entries = broker.log.entries(acme().settings.name);
  return entries.filter((entry) => entry.type === type) as T[];
}
