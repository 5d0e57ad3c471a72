/** A tenant in which many people hold a grant of their own, and an administrator who is signed in to the console. */
import { createHash, randomBytes } from 'node:crypto';
import { withClient } from './with-client.mjs';

const tenant = 'bench';
const loadUsers = 64;

const files = {
  'tenant.yaml': `name: ${tenant}
issuers: [{ issuer: "https://idp.bench.example", audiences: [bench] }]
console: { issuer: "https://idp.bench.example", clientId: console, roles: { admin: ["user:ada"] } }
`,
  'peps.yaml': '- { name: gateway, kind: gateway, key: "${SALLYPORT_BENCH_KEY}" }\n',
  'policies/bench.cedar':
    '@id("on-call")\npermit (principal in role::"on-call", action == Action::"read", resource);\n',
  'entities/all.json': '[{ "uid": { "type": "user", "id": "ada" }, "attrs": {}, "parents": [] }]',
};

/** @returns {Promise<string>} the cookie of the administrator's session */
export async function prepare(sallyport, holders) {
  await sallyport.apply(files);
  return withClient(sallyport.database.url, async (client) => {
    await client.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       SELECT $1, 'grant-' || n, 'request-' || n, 'user', 'holder-' || n, 'role', 'on-call', now() - interval '1 hour', now() + interval '1 day', 'active'
       FROM generate_series(0, $2::int - 1) AS n`,
      [tenant, holders],
    );
    const cookie = `${tenant}.${randomBytes(32).toString('base64url')}`;
    await client.query(
      `INSERT INTO sessions (tenant_id, id_hash, subject_type, subject_id, name, created_at, expires_at)
       VALUES ($1, $2, 'user', 'ada', 'Ada', now(), now() + interval '1 hour')`,
      [tenant, createHash('sha256').update(cookie).digest()],
    );
    return cookie;
  });
}

export function questionOf(holder) {
  return {
    subject: { type: 'user', id: `holder-${holder}` },
    action: { name: 'read' },
    resource: { type: 'database', id: 'prod' },
  };
}

/** What others ask meanwhile; all of it is denied, which costs as much. */
export function loadQuestions() {
  return Array.from({ length: loadUsers }, (_, n) => questionOf(`nobody-${n}`));
}

/** Revokes a holder's grant as the console does. Resolves to when it was called and answered (`performance.now()`). */
export async function revoke({ baseUrl }, cookie, holder) {
  const calledAt = performance.now();
  const answer = await fetch(`${baseUrl}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: `sallyport_session=${cookie}`,
      'x-sallyport-csrf': '1',
    },
    body: JSON.stringify({
      query: 'mutation ($id: ID!) { revokeGrant(id: $id, reason: "the case is closed") { id } }',
      variables: { id: `grant-${holder}` },
    }),
  });
  const { data, errors } = await answer.json();
  const answeredAt = performance.now();
  if (data?.revokeGrant?.id !== `grant-${holder}`)
    throw new Error(`the revocation failed: ${answer.status} ${JSON.stringify(errors)}`);
  return { calledAt, answeredAt };
}
