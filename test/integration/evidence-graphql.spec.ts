import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { verifyTlogProof } from '@sallyport/audit';
import type { FastifyInstance } from 'fastify';
import { buildSchema, type GraphQLSchema, lexicographicSortSchema, printType } from 'graphql';
import WebSocket from 'ws';
import { openEvidenceGraphql } from '../support/evidence-graphql.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';
import { STORY } from '../support/evidence-story.js';
import { decisionEntry } from '../support/log-entries.js';

let evidence: EvidenceHarness;
let app: INestApplication;
let server: FastifyInstance;

beforeAll(async () => {
  evidence = await openEvidence();
  app = await openEvidenceGraphql(evidence);
  server = app.getHttpAdapter().getInstance() as FastifyInstance;
  await evidence.publish(STORY);
});
afterAll(async () => {
  await app.close();
  await evidence.close();
});

async function ask(viewer: string, query: string, variables: object = {}) {
  const answer = await server.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-viewer': viewer },
    payload: { query, variables },
  });
  return answer.json<{ data: Record<string, never>; errors?: { message: string }[] }>();
}

describe('the log in the console', () => {
  test('has exactly the types and fields of the published schema', () => {
    const published = buildSchema(
      readFileSync(new URL('../../docs/schema.graphql', import.meta.url), 'utf8'),
    );
    const { schema } = app.get(GraphQLSchemaHost);
    for (const name of [
      'Entry',
      'EntryPage',
      'EntryProof',
      'EntryFilter',
      'Checkpoint',
      'LogGrowth',
    ]) {
      expect(shapeOf(schema, name)).toEqual(shapeOf(published, name));
    }
    for (const root of ['Query', 'Subscription']) {
      for (const line of shapeOf(schema, root)) expect(shapeOf(published, root)).toContain(line);
    }
  });

  test('an auditor finds the whole story, from the first denial to the permit', async () => {
    const { data } = await ask(
      'aude:auditor',
      '{ entry(id: "decision-0") { summary raw leafHash published related { id summary } } }',
    );
    expect(data).toMatchObject({
      entry: {
        summary: 'dana was denied read on database prod: no live grant covers this.',
        raw: STORY[0],
        published: true,
        related: [
          { id: 'request-entry-2', summary: 'dana asked for role prod-db-reader for 30 minutes.' },
          {
            id: 'request-entry-3',
            summary: 'omar approved the request of dana for role prod-db-reader, for 10 minutes.',
          },
          {
            id: 'request-entry-4',
            summary: 'The request of dana for role prod-db-reader was approved, for 10 minutes.',
          },
          {
            id: 'grant-entry',
            summary: 'dana was granted role prod-db-reader until 2026-11-22 10:10:05 UTC.',
          },
          { id: 'decision-6', summary: 'dana was permitted read on database prod.' },
        ],
      },
    });
  });

  test('the same story is told from its middle', async () => {
    const { data } = await ask(
      'aude:auditor',
      '{ entry(id: "request-entry-3") { related { id } } }',
    );
    expect(data).toEqual({
      entry: {
        related: [
          'decision-0',
          'request-entry-2',
          'request-entry-4',
          'grant-entry',
          'decision-6',
        ].map((id) => ({ id })),
      },
    });
  });

  test('members see what concerns them and nothing else, in lists, by id, in proofs and in stories', async () => {
    const lag = await ask('aude:auditor', '{ entries { behind } }');
    expect(lag.data).toEqual({ entries: { behind: 0 } });
    const list = '{ entries { nodes { id } total } }';
    expect((await ask('dana', list)).data).toMatchObject({ entries: { total: 6 } });
    expect((await ask('omar', list)).data).toEqual({ entries: { nodes: [], total: 0 } });
    expect((await ask('aude:auditor', list)).data).toMatchObject({ entries: { total: 7 } });
    expect((await ask('omar', '{ entry(id: "decision-0") { id } }')).data).toEqual({ entry: null });
    const proof = await ask('omar', '{ entryProof(id: "decision-0") { index } }');
    expect(proof.errors?.[0]?.message).toBe('no such entry');
    const own = await ask('somebody-else', '{ entry(id: "decision-1") { related { id } } }');
    expect(own.data).toEqual({ entry: { related: [] } });
  });

  test('pages follow each other and carry the filter', async () => {
    const query = `query ($filter: EntryFilter, $after: String) {
      entries(filter: $filter, first: 2, after: $after) { nodes { id reasons { code message } } nextCursor total } }`;
    const filter = {
      subject: 'dana',
      type: 'decision',
      text: null,
      from: '2026-11-22T09:00:00.000Z',
    };
    const { data } = await ask('aude:auditor', query, { filter });
    expect(data).toEqual({
      entries: {
        nodes: [
          {
            id: 'decision-6',
            reasons: [{ code: 'policy-permit', message: 'A policy permits this.' }],
          },
          {
            id: 'decision-0',
            reasons: [{ code: 'grant-missing', message: 'No live grant covers this.' }],
          },
        ],
        nextCursor: null,
        total: 2,
      },
    });
    const all = await ask('aude:auditor', query, {});
    const { nextCursor } = (all.data as unknown as { entries: { nextCursor: string } }).entries;
    const second = await ask('aude:auditor', query, { after: nextCursor });
    expect(second.data).toMatchObject({
      entries: { nodes: [{ id: 'request-entry-4' }, { id: 'request-entry-3' }] },
    });
  });

  test('a filter without bounds and a story within a story are refused', async () => {
    const long = await ask('dana', 'query ($f: EntryFilter) { entries(filter: $f) { total } }', {
      f: { text: 'x'.repeat(257) },
    });
    expect(long.errors?.[0]?.message).toContain('text');
    const nested = await ask('aude:auditor', '{ entries { nodes { related { id } } } }');
    expect(nested.errors?.[0]?.message).toContain('related');
  });

  test('a proof verifies what the checkpoint says, with nothing but the answer', async () => {
    const { data } = await ask(
      'dana',
      `{ entryProof(id: "decision-6") { index treeSize entry proof vkey origin }
         checkpoint { origin size root note vkey logSize } }`,
    );
    const { entryProof, checkpoint } = data as unknown as Record<string, Record<string, string>>;
    expect(checkpoint).toMatchObject({
      size: 7,
      logSize: 7,
      origin: 'broker.example:8443/log/acme',
      vkey: entryProof?.['vkey'],
    });
    const verdict = verifyTlogProof({
      proofText: entryProof?.['proof'] ?? '',
      entry: Buffer.from(entryProof?.['entry'] ?? '', 'base64'),
      vkey: entryProof?.['vkey'] ?? '',
      expectedIndex: 6,
    });
    expect(verdict).toMatchObject({ ok: true, index: 6, checkpoint: { size: 7 } });
  });

  test("a request's history is what the log holds of it", async () => {
    const history = await evidence.evidence.historyOfRequest('acme', 'request-1');
    expect(history.map(({ record }) => record.id)).toEqual([
      'request-entry-2',
      'request-entry-3',
      'request-entry-4',
      'grant-entry',
    ]);
  });

  test('screens hear that the log grew, and are not flooded', async () => {
    const address = (await app.getUrl()).replace('http', 'ws');
    const socket = new WebSocket(`${address}/graphql`, 'graphql-transport-ws', {
      headers: { 'x-viewer': 'dana' },
    });
    await once(socket, 'open');
    const sizes: number[] = [];
    socket.on('message', (message: Buffer) => {
      const { type, payload } = JSON.parse(message.toString()) as {
        type: string;
        payload?: { data: { logGrew: { size: number } } };
      };
      if (type === 'connection_ack') {
        socket.send(
          JSON.stringify({
            id: '1',
            type: 'subscribe',
            payload: { query: 'subscription { logGrew { size } }' },
          }),
        );
      }
      if (payload) sizes.push(payload.data.logGrew.size);
    });
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let n = 10; n < 30; n += 1) await evidence.publish([decisionEntry(n)]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(sizes.at(-1)).toBe(27);
    expect(sizes.length).toBeLessThan(20);
    socket.close();
    await once(socket, 'close');
  });
});

/** The fields of a type with their arguments, sorted, without descriptions. */
function shapeOf(schema: GraphQLSchema, name: string): string[] {
  const type = lexicographicSortSchema(schema).getType(name);
  if (!type) throw new Error(`no type ${name}`);
  const text = printType(type)
    .replaceAll(/"""[\s\S]*?"""/g, '')
    .replaceAll(/"[^"\n]*"\n/g, '\n');
  return text
    .replaceAll(/\(\s+/g, '(')
    .replaceAll(/\s+\)/g, ')')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '}')
    .sort();
}
