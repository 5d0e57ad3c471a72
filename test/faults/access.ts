import type { RunningBroker } from '../support/broker.js';
import type { Answered } from './load.js';

export type Name = 'dana' | 'omar';

export interface LiveGrant {
  readonly id: string;
  readonly endsAtMs: number;
}

const GERMANY = '84.128.0.1';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
/** Beside the demo's own rule: Omar may ask too, and Dana approves. */
const OMARS_RULE = `
id: oncall-reader
title: Read the production database, on call
role: role::prod-db-reader
eligible: { groups: [oncall] }
approvers: { groups: [engineering] }
maxDuration: 4h
`;

/** Dana and Omar approve each other, and use what they got. */
export class Access {
  constructor(
    private readonly broker: RunningBroker,
    private readonly sessions: Readonly<Record<Name, string>>,
  ) {}

  static async open(broker: RunningBroker): Promise<Access> {
    const signIn = (name: Name) => {
      const email = `${name}@acme.example`;
      return broker.client.signIn('acme', email, broker.password(email));
    };
    return new Access(broker, { dana: await signIn('dana'), omar: await signIn('omar') });
  }

  /** The same people at a broker that was started again: their sessions are still good. */
  at(broker: RunningBroker): Access {
    return new Access(broker, this.sessions);
  }

  async grant(name: Name, seconds: number): Promise<LiveGrant> {
    const { client } = this.broker;
    const { submitRequest } = await client.data<{ submitRequest: { id: string } }>(
      this.sessions[name],
      `mutation ($rule: ID!, $seconds: Int!) {
        submitRequest(ruleId: $rule, durationSeconds: $seconds, reason: "an incident is open") { id }
      }`,
      { rule: name === 'dana' ? 'prod-db-reader' : 'oncall-reader', seconds },
    );
    const { reviewRequest } = await client.data<{
      reviewRequest: { grant: { id: string; endsAt: string } };
    }>(
      this.sessions[name === 'dana' ? 'omar' : 'dana'],
      `mutation ($id: ID!) {
        reviewRequest(id: $id, verdict: APPROVE, reason: "the incident is open") { grant { id endsAt } }
      }`,
      { id: submitRequest.id },
    );
    const { id, endsAt } = reviewRequest.grant;
    return { id, endsAtMs: Date.parse(endsAt) };
  }

  /** RFC 8693: a token for the production database. */
  async token(name: Name): Promise<string> {
    const { client, pepKey, password } = this.broker;
    const email = `${name}@acme.example`;
    const { access_token: token } = await client.ok<{ access_token: string }>(
      'POST',
      '/oauth2/token',
      {
        key: pepKey,
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: await client.idToken(email, password(email), `${name}-laptop`),
          subject_token_type: ID_TOKEN,
          audience: 'prod-db',
          scope: 'read',
          resource: 'urn:sallyport:database:prod',
          ip: GERMANY,
        },
      },
    );
    return token;
  }

  async revoke(token: string): Promise<void> {
    await this.broker.client.ok('POST', '/oauth2/revoke', {
      key: this.broker.pepKey,
      form: { token },
    });
  }

  async isActive(token: string): Promise<boolean> {
    const { active } = await this.broker.client.ok<{ active: boolean }>(
      'POST',
      '/oauth2/introspect',
      { key: this.broker.pepKey, form: { token } },
    );
    return active;
  }

  async ask(name: Name): Promise<Answered> {
    const json = questionOf(name);
    const { pepKey: key, client } = this.broker;
    const askedAtMs = Date.now();
    const answer = await client.call('POST', '/access/v1/evaluation', { key, json });
    const { decision } = JSON.parse(answer.text) as { decision: boolean };
    const id = answer.headers.get('x-decision-id') ?? '';
    return { id, decision, subject: json.subject.id, askedAtMs };
  }
}

/** May this person read the production database? */
export function questionOf(name: string) {
  return {
    subject: { type: 'user', id: `${name}@acme.example` },
    action: { name: 'read' },
    resource: { type: 'database', id: 'prod' },
    context: { ip: GERMANY, device_id: `${name}-laptop` },
  };
}

/** The demo tenant, with a rule more. */
export async function letOmarAsk({ client, adminToken }: RunningBroker): Promise<void> {
  const path = '/v1/tenants/acme';
  const { files } = await client.ok<{ files: object }>('GET', path, { key: adminToken });
  const json = { files: { ...files, 'access/oncall-reader.yaml': OMARS_RULE } };
  await client.ok('PUT', path, { key: adminToken, json });
}
