import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeEntry, verifyTlogProof } from '@sallyport/audit';
import type { FastifyInstance } from 'fastify';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { ADMIN, OTHER_PEP, PEP } from '../support/evidence-credentials.js';
import { type EvidenceHarness, openEvidence, serveEvidence } from '../support/evidence-harness.js';
import { decisionEntry } from '../support/log-entries.js';

let evidence: EvidenceHarness;
let server: FastifyInstance;

beforeAll(async () => {
  evidence = await openEvidence();
  server = await serveEvidence(evidence);
  const decisions = Array.from({ length: 300 }, (_, n) =>
    decisionEntry(n, {
      decision: n % 3 === 0,
      subject: { type: 'user', id: n % 2 ? 'dana' : 'omar' },
      ...(n === 42 ? { reasons: ['device-stale'], token: 'jti-42' } : {}),
    }),
  );
  await evidence.publish(decisions);
});
afterAll(async () => {
  await server.close();
  await evidence.close();
});

const get = (url: string, headers: Record<string, string> = ADMIN) =>
  server.inject({ url, headers });
const listed = async (query: string) => {
  const { entries, nextCursor } = (await get(`/v1/tenants/acme/entries?${query}`)).json<{
    entries: { index: number; entry: { id: string } }[];
    nextCursor: string | null;
  }>();
  return { indexes: entries.map(({ index }) => index), nextCursor };
};

describe('searching', () => {
  test('newest first, page by page, without gap or repetition', async () => {
    const seen: number[] = [];
    let after = '';
    do {
      const page = await listed(`limit=70${after}`);
      seen.push(...page.indexes);
      after = page.nextCursor ? `&after=${page.nextCursor}` : '';
    } while (after);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => 299 - n));
  });

  test('right after an entry was written finds it, with no worker at work', async () => {
    const other = await openEvidence();
    const search = () =>
      other.evidence.search('acme', {
        filter: { type: 'register.changed' },
        scope: 'everything',
        limit: 10,
        after: undefined,
      });
    for (const n of [0, 1]) {
      await other.database.tenantTx('acme', (tx) => other.audit.appendWithin(tx, [sampleEntry(n)]));
      expect((await search()).entries[0]?.record.id).toBe(`entry-${String(n)}`);
    }
    // What would take long to make is left to the worker.
    await other.audit.append(
      'acme',
      Array.from({ length: 300 }, (_, n) => sampleEntry(n + 2)),
    );
    expect((await search()).entries[0]?.record.id).toBe('entry-1');
    await other.close();
  });

  test.each([
    ['reason=device-stale', [42]],
    ['subject=dana&decision=permit&to=2026-11-22T10:00:20Z', [15, 9, 3]],
    ['subject=dana&decision=true&to=2026-11-22T10:00:20Z', [15, 9, 3]],
    ['from=2026-11-22T10:04:58Z', [299, 298]],
    ['from=2026-11-22T11:04:58%2B01:00', [299, 298]],
    ['text=DECISION-29&decision=false', [299, 298, 296, 295, 293, 292, 290, 29]],
    ['text=jti-42', [42]],
    ['type=request.submitted', []],
    [
      'resourceType=database&resourceId=prod&action=read&pep=gateway&policyVersion=v1&grantId=grant-1&limit=1',
      [299],
    ],
    ['requestId=decision-7', [7]],
    [`text=${encodeURIComponent(`%' OR 1=1 --`)}`, []],
  ])('%s', async (query, indexes) => {
    expect((await listed(query)).indexes).toEqual(indexes);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['decision=maybe', 'decision'],
    ['from=yesterday', 'from'],
    ['to=2026-11-22', 'to'],
    ['after=x', 'after'],
    ['after=ZW50cnk6LTE', 'after'],
    ['type=', 'type'],
    ['subject=a&subject=b', 'subject'],
    [`text=${'x'.repeat(257)}`, 'text'],
    ['sujbect=dana', ''],
  ])('%s is refused and the parameter named', async (query, field) => {
    const answer = await get(`/v1/tenants/acme/entries?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'bad-request', field });
  });
});

describe('one entry', () => {
  test('comes as the exact bytes that were logged, and its proof verifies them', async () => {
    const entry = await get('/v1/tenants/acme/entries/decision-42', PEP);
    const logged = decisionEntry(42, {
      decision: true,
      subject: { type: 'user', id: 'omar' },
      reasons: ['device-stale'],
      token: 'jti-42',
    });
    expect(entry.rawPayload).toEqual(Buffer.from(encodeEntry({ ...logged })));
    expect(entry.headers).toMatchObject({ 'x-log-index': '42', 'x-published': 'true' });
    const proof = await get('/v1/tenants/acme/entries/decision-42/proof', PEP);
    expect(proof.headers['content-disposition']).toBe('attachment; filename="42.tlog-proof"');
    const vkey = (await get('/log/acme/vkey', PEP)).body.trimEnd();
    const question = { proofText: proof.body, entry: entry.rawPayload, vkey };
    expect(verifyTlogProof({ ...question, expectedIndex: 42 })).toMatchObject({ ok: true });
    const changed = Buffer.from(entry.body.replace('"decision":true', '"decision":false'));
    expect(verifyTlogProof({ ...question, entry: changed })).toMatchObject({ failedStep: 'root' });
  });

  test('is found right after it was appended, and proved as soon as a checkpoint covers it', async () => {
    await evidence.audit.append('acme', [sampleEntry('fresh')]);
    const entry = await get('/v1/tenants/acme/entries/entry-fresh', PEP);
    expect(entry.statusCode).toBe(200);
    expect(entry.headers['x-published']).toBe('false');
    const early = await get('/v1/tenants/acme/entries/entry-fresh/proof', PEP);
    expect(early.statusCode).toBe(409);
    expect(early.json()).toMatchObject({ error: 'conflict', reason: 'not-yet-published' });
    expect(early.headers['retry-after']).toBe('1');
    await evidence.signer.sign('acme');
    expect((await get('/v1/tenants/acme/entries/entry-fresh/proof', PEP)).statusCode).toBe(200);
  });

  test.each(['nothing', '%00', 'x'.repeat(500), "' OR 1=1 --"])(
    '%s is not in the log',
    async (id) => {
      for (const rest of ['', '/proof']) {
        const answer = await get(`/v1/tenants/acme/entries/${encodeURIComponent(id)}${rest}`);
        expect(answer.statusCode).toBe(404);
      }
    },
  );

  test("another tenant's entry is unknown under the own tenant", async () => {
    expect((await get('/v1/tenants/globex/entries/decision-1', OTHER_PEP)).statusCode).toBe(404);
  });
});
