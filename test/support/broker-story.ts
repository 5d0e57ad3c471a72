import type { TestBroker } from './broker-in-process.js';
import { OTHER } from './broker-other-tenant.js';
import { eventually } from './eventually.js';

/** What a tenant holds after somebody asked for access, got it and used it. */
export interface Story {
  readonly tenant: string;
  readonly pepKey: string;
  /** Cookies as `name=value`. */
  readonly sessions: { readonly admin: string; readonly approver: string; readonly member: string };
  readonly apiToken: string;
  readonly accessToken: string;
  readonly ids: {
    readonly request: string;
    readonly grant: string;
    readonly decision: string;
    readonly token: string;
    readonly apiToken: string;
    readonly rule: string;
    readonly device: string;
  };
  /** Words that name something of this tenant and of nobody else. */
  readonly marks: readonly string[];
}

interface Cast {
  readonly tenant: string;
  readonly pepKey: (broker: TestBroker) => string;
  readonly admin: string;
  readonly approver: string;
  readonly member: string;
  readonly rule: string;
  readonly device: string;
  readonly audience: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly marks: readonly string[];
}

const GERMANY = '84.128.0.1';

const ACME: Cast = {
  tenant: 'acme',
  pepKey: ({ pepKeys }) => pepKeys.acme,
  admin: 'ada@acme.example',
  approver: 'omar@acme.example',
  member: 'dana@acme.example',
  rule: 'prod-db-reader',
  device: 'dana-laptop',
  audience: 'prod-db',
  action: 'read',
  resource: { type: 'database', id: 'prod' },
  marks: ['acme', 'Acme', 'prod-db', 'dana', 'omar', 'Patient/42', 'platform-admins'],
};

const THE_OTHER: Cast = {
  tenant: OTHER.name,
  pepKey: ({ pepKeys }) => pepKeys.other,
  ...OTHER.people,
  rule: OTHER.rule,
  device: OTHER.device,
  audience: 'vault-api',
  action: 'open',
  resource: { type: 'vault', id: 'main' },
  marks: ['other.example', 'vault', 'mallory', 'olga', 'The Other Company'],
};

/** Plays request, review, permit and token in both tenants. */
export async function playStories(
  broker: TestBroker,
): Promise<{ readonly acme: Story; readonly other: Story }> {
  const [acme, other] = await Promise.all([play(broker, ACME), play(broker, THE_OTHER)]);
  return { acme, other };
}

async function play(broker: TestBroker, cast: Cast): Promise<Story> {
  const { client } = broker;
  const { tenant, rule, device } = cast;
  const pepKey = cast.pepKey(broker);
  const signIn = (email: string) => client.signIn(tenant, email, broker.person(email).password);
  const sessions = {
    admin: await signIn(cast.admin),
    approver: await signIn(cast.approver),
    member: await signIn(cast.member),
  };
  const { request, grant } = await grantRole(broker, cast, sessions);
  const { apiToken, apiTokenId } = await makeApiToken(broker, sessions.admin);
  const { accessToken, decision, token } = await exchange(broker, cast, pepKey);
  await untilPublished(broker, tenant, decision, pepKey);
  const ids = { request, grant, decision, token, apiToken: apiTokenId, rule, device };
  const marks = [...cast.marks, request, grant, decision, token, apiTokenId];
  return { tenant, pepKey, sessions, apiToken, accessToken, ids, marks };
}

async function grantRole(
  { client }: TestBroker,
  { rule }: Cast,
  sessions: Story['sessions'],
): Promise<{ request: string; grant: string }> {
  const { submitRequest } = await client.data<{ submitRequest: { id: string } }>(
    sessions.member,
    `mutation ($rule: ID!) {
      submitRequest(ruleId: $rule, durationSeconds: 600, reason: "an incident is open") { id }
    }`,
    { rule },
  );
  const { reviewRequest } = await client.data<{ reviewRequest: { grant: { id: string } } }>(
    sessions.approver,
    `mutation ($id: ID!) {
      reviewRequest(id: $id, verdict: APPROVE, durationSeconds: 300, reason: "it is open") { grant { id } }
    }`,
    { id: submitRequest.id },
  );
  return { request: submitRequest.id, grant: reviewRequest.grant.id };
}

async function makeApiToken({ client }: TestBroker, admin: string) {
  const { createApiToken } = await client.data<{
    createApiToken: { token: { id: string }; secret: string };
  }>(
    admin,
    `mutation {
      createApiToken(name: "ci", roles: ["admin"], expiresInDays: 1) { token { id } secret }
    }`,
  );
  return { apiToken: createApiToken.secret, apiTokenId: createApiToken.token.id };
}

async function exchange({ client, person }: TestBroker, cast: Cast, pepKey: string) {
  const { email, password } = person(cast.member);
  const answer = await client.call('POST', '/oauth2/token', {
    key: pepKey,
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await client.idToken(email, password, cast.device),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      audience: cast.audience,
      resource: `urn:sallyport:${cast.resource.type}:${cast.resource.id}`,
      scope: cast.action,
      ip: GERMANY,
      device_id: cast.device,
    },
  });
  if (answer.status !== 200) throw new Error(`no token for ${email}: ${answer.text}`);
  const { access_token: accessToken } = JSON.parse(answer.text) as { access_token: string };
  const [, payload = ''] = accessToken.split('.');
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string };
  return { accessToken, token: jti, decision: answer.headers.get('x-decision-id') ?? '' };
}

/** A checkpoint covers an answered decision within seconds. */
async function untilPublished(
  { client }: TestBroker,
  tenant: string,
  decision: string,
  key: string,
): Promise<void> {
  const path = `/v1/tenants/${tenant}/entries/${encodeURIComponent(decision)}/proof`;
  const isCovered = async () => (await client.call('GET', path, { key })).status === 200;
  await eventually(`a checkpoint covers ${decision}`, isCovered, 20_000);
}
