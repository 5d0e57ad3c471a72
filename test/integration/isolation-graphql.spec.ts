import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { TypeMetadataStorage } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { requiredPermission } from '../../apps/api/src/console/requires.js';
import { type RootField, rootFields } from '../support/broker-graphql.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { playStories, type Story } from '../support/broker-story.js';

jest.setTimeout(60_000);

const NO_ID = '01a20228-0000-7000-8000-000000000000';

describe("a neighbour's session in GraphQL", () => {
  let broker: TestBroker;
  let acme: Story;
  let other: Story;
  let fields: RootField[];
  beforeAll(async () => {
    broker = await startInProcess();
    ({ acme, other } = await playStories(broker));
    const { graphql } = broker.server as unknown as { graphql: { schema: GraphQLSchema } };
    fields = rootFields(graphql.schema);
  });
  afterAll(() => broker.close());

  const text = async (session: string, document: string) => {
    const headers = { 'x-request-id': 'same' };
    const call = { session, headers, json: { query: document } };
    const { status, text: body } = await broker.client.call('POST', '/graphql', call);
    return `${status} ${body}`;
  };
  const marksIn = (body: string) => acme.marks.filter((mark) => body.includes(mark));

  it('meets a declared permission on every field', () => {
    const storage = TypeMetadataStorage;
    const handlers = new Map(
      [
        ...storage.getQueriesMetadata(),
        ...storage.getMutationsMetadata(),
        ...storage.getSubscriptionsMetadata(),
      ].map(({ schemaName, target, methodName }) => {
        const prototype = target.prototype as Record<string, (...args: never[]) => unknown>;
        return [schemaName, prototype[methodName]] as const;
      }),
    );
    const permissions = fields.map(({ name }) => {
      const handler = handlers.get(name);
      return [name, handler && requiredPermission(new Reflector(), handler)] as const;
    });
    expect(permissions.length).toBeGreaterThan(20);
    expect(permissions.filter(([, permission]) => permission === undefined)).toEqual([]);
    expect(permissions.filter(([, permission]) => permission !== 'member')).toEqual([
      ['apiTokens', 'auditor'],
      ['createApiToken', 'auditor'],
      ['revokeApiToken', 'admin'],
    ]);
  });

  it('is told of an id of acme exactly what it is told of one that never was', async () => {
    let asked = 0;
    const { request, grant } = acme.ids;
    for (const [session, ids] of [
      [other.sessions.admin, Object.values(acme.ids)],
      [other.sessions.member, [request, grant]],
    ] as const) {
      for (const field of fields.filter(({ kind }) => kind !== 'subscription')) {
        if (field.idArguments.length === 0) continue;
        const nothing = await text(session, field.document({ id: NO_ID }));
        for (const id of ids) {
          const answer = await text(session, field.document({ id }));
          expect([field.name, answer.replaceAll(id, NO_ID)]).toEqual([field.name, nothing]);
          asked += 1;
        }
        expect([field.name, nothing]).toEqual([
          field.name,
          expect.stringMatching(/"data":(null|\{"\w+":null\})/),
        ]);
      }
    }
    expect(asked).toBeGreaterThan(80);
  });

  it('sees by no list and no filter anything of acme', async () => {
    const lists = fields.filter(
      ({ kind, idArguments }) => kind === 'query' && idArguments.length === 0,
    );
    for (const field of lists) {
      const filters = field.filterMembers.flatMap((member) =>
        Object.values(acme.ids).map((id) => [member, id] as const),
      );
      const own = await text(other.sessions.admin, field.document({ id: '' }));
      expect([field.name, marksIn(own)]).toEqual([field.name, []]);
      expect([field.name, own]).toEqual([field.name, expect.not.stringContaining('"errors"')]);
      for (const filter of filters) {
        const answer = await text(other.sessions.admin, field.document({ id: '', filter }));
        expect([filter, answer]).toEqual([filter, expect.stringContaining('"nodes":[]')]);
      }
    }
    expect(lists.flatMap(({ filterMembers }) => filterMembers).length).toBeGreaterThan(5);
  });

  it('misses nothing because there is nothing: acme sees all of it', async () => {
    const shown: string[] = [];
    for (const field of fields.filter(({ kind }) => kind === 'query')) {
      for (const id of field.idArguments.length === 0 ? [''] : Object.values(acme.ids)) {
        const body = await text(acme.sessions.admin, field.document({ id }));
        if (!body.includes('"errors"') && marksIn(body).length > 0) shown.push(field.name);
      }
    }
    const all = fields.filter(({ kind }) => kind === 'query').map(({ name }) => name);
    // What nobody may ask for in this story: an administrator may not request the role.
    const empty = ['requestableRoles'];
    expect([...new Set(shown)].sort()).toEqual(all.filter((name) => !empty.includes(name)).sort());
  });

  it('hears of its own changes and of no other', async () => {
    const heard: string[] = [];
    const client = createClient({
      url: `${broker.url.replace('http', 'ws')}/graphql`,
      retryAttempts: 0,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol, {
            headers: { cookie: other.sessions.admin },
            origin: broker.url,
          });
        }
      },
    });
    const done = fields
      .filter(({ kind }) => kind === 'subscription')
      .map((field) =>
        client.subscribe(
          { query: field.document({ id: '' }) },
          {
            next: ({ data }) => void heard.push(JSON.stringify(data)),
            error: (error) => void heard.push(`error ${JSON.stringify(error)}`),
            complete: () => undefined,
          },
        ),
      );
    expect(done.length).toBe(3);
    const ask = `mutation ($rule: ID!) {
      submitRequest(ruleId: $rule, durationSeconds: 60, reason: "once more, please") { id }
    }`;
    // Its own change comes last: whatever acme's would have caused was heard before.
    const waitFor = async (word: string) => {
      for (let turn = 0; turn < 400 && !heard.join().includes(word); turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 25));
    };
    const submit = (story: Story) =>
      broker.client.data<{ submitRequest: { id: string } }>(story.sessions.member, ask, {
        rule: story.ids.rule,
      });
    await submit(other);
    await waitFor('accessRequestChanged');
    heard.length = 0;
    const { submitRequest: theirs } = await submit(acme);
    const { submitRequest: own } = await submit(other);
    await waitFor(own.id);
    await waitFor('logGrew');
    for (const end of done) end();
    await client.dispose();
    const log = heard.join('\n');
    expect(log).toContain(own.id);
    expect(log).toContain('logGrew');
    expect(log).not.toContain(theirs.id);
    expect(log).not.toContain('error');
    expect(heard.filter((event) => event.includes('accessRequestChanged'))).toHaveLength(1);
  });

  it('could not touch anything of acme', async () => {
    const { accessRequest, grants, apiTokens } = await broker.client.data<{
      accessRequest: { state: string };
      grants: { nodes: { id: string; live: boolean }[] };
      apiTokens: { id: string; revokedAt: string | null }[];
    }>(
      acme.sessions.admin,
      `query ($id: ID!) {
        accessRequest(id: $id) { state }
        grants(state: ALL) { nodes { id live } }
        apiTokens { id revokedAt }
      }`,
      { id: acme.ids.request },
    );
    expect(accessRequest.state).toBe('approved');
    expect(grants.nodes).toEqual([{ id: acme.ids.grant, live: true }]);
    expect(apiTokens).toEqual([{ id: acme.ids.apiToken, revokedAt: null }]);
  });
});
