import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleSource, verifyBundle, verifyTlogProof } from '@sallyport/audit';
import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { unzipSync } from 'fflate';
import { UnavailableError } from '../../apps/api/src/platform/errors.js';
import {
  bundleOf as unpacked,
  storedForm,
  type StoredEntries,
} from '../../apps/api/src/adapters/postgres/log/segment.js';
import { ADMIN, AUDITOR } from '../support/evidence-credentials.js';
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

describe('an export', () => {
  const exported = async (payload: object, headers: Record<string, string> = AUDITOR) =>
    server.inject({ method: 'POST', url: '/v1/tenants/acme/exports', headers, payload });
  const bundleOf = (zip: Buffer) => new Map(Object.entries(unzipSync(new Uint8Array(zip))));
  const verify = (files: ReadonlyMap<string, Uint8Array>, vkey?: string) =>
    verifyBundle(bundleSource(files), vkey);
  const exports = async () => (await listed('type=evidence.exported')).indexes.length;

  test('of everything verifies offline, and is logged by whom and with which manifest', async () => {
    const before = await exports();
    const answer = await exported({});
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/zip');
    expect(answer.headers['content-disposition']).toMatch(
      /filename="sallyport-acme-\d{8}T\d{6}Z\.zip"/,
    );
    const vkey = (await get('/log/acme/vkey')).body.trimEnd();
    const verdict = await verify(bundleOf(answer.rawPayload), vkey);
    expect(verdict).toMatchObject({
      ok: true,
      manifest: { count: 300, filter: 'every entry', exportedBy: 'user:aude' },
    });

    await evidence.evidence.catchUp('acme');
    expect((await exports()) - before).toBe(2);
    const log = await evidence.evidence.search('acme', {
      filter: { type: 'evidence.exported' },
      scope: 'everything',
      limit: 2,
      after: undefined,
    });
    const [sealed, begun] = log.entries.map(({ entry }) => entry);
    expect(begun).toMatchObject({
      actor: 'user:aude',
      detail: { stage: 'begun', entries: 300, filter: 'every entry' },
    });
    const caveats = verdict.ok ? verdict.caveats.map(({ text }) => text).join(' ') : '';
    expect(caveats).toContain((sealed?.['detail'] as { manifestSha256: string }).manifestSha256);
  });

  test('of a filter holds exactly what fits, with the filter in words', async () => {
    const filter = { subject: 'dana', decision: true, to: '2026-11-22T10:00:20Z', text: null };
    const files = bundleOf((await exported({ filter }, ADMIN)).rawPayload);
    expect(Buffer.from(files.get('indexes.txt') ?? []).toString()).toBe('3\n9\n15\n');
    expect(await verify(files)).toMatchObject({
      ok: true,
      manifest: {
        count: 3,
        contiguous: false,
        filter: 'subject is "dana" and time before 2026-11-22T10:00:20.000Z and decision is "true"',
      },
    });
  });

  test('of nothing is an empty bundle that verifies', async () => {
    const files = bundleOf((await exported({ filter: { type: 'none.such' } })).rawPayload);
    expect(await verify(files)).toMatchObject({
      ok: true,
      manifest: { count: 0, firstIndex: null },
    });
  });

  test('that would hold more than it may is refused with advice, before anything is logged', async () => {
    await evidence.evidence.catchUp('acme');
    const before = await exports();
    const answer = await exported({ maxEntries: 100 });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      reason: 'too-many-entries',
      message: expect.stringContaining('more than 100'),
    });
    await evidence.evidence.catchUp('acme');
    expect(await exports()).toBe(before);
  });

  test.each([
    [{ filter: { sujbect: 'dana' } }, 'filter'],
    [{ filter: { from: 'yesterday' } }, 'filter.from'],
    [{ filter: { decision: 'yes' } }, 'filter.decision'],
    [{ filter: [] }, 'filter'],
    [{ filter: 'all' }, 'filter'],
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ everything: true }, ''],
  ])('asked for with %j is refused and the member named', async (payload, field) => {
    const answer = await exported(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'bad-request', field });
  });

  test('waits for no reader who went away: the next one gets its turn', async () => {
    const start = () => evidence.exporter.start('acme', { filter: {}, actor: 'user:aude' });
    const [first, second] = [await start(), await start()];
    await expect(start()).rejects.toBeInstanceOf(UnavailableError);
    first.zip.destroy();
    await once(first.zip, 'close');
    const third = await start();
    for (const { zip } of [second, third]) {
      zip.resume();
      await once(zip, 'close');
    }
  });

  test('of a log with one changed byte names the entry, online and offline', async () => {
    const [segment] = await evidence.database.rawTx('acme', (tx) =>
      tx.query<StoredEntries>(
        'SELECT entries AS packed, unpacked_bytes FROM log_segments WHERE first_index = 0',
      ),
    );
    if (!segment) throw new Error('the log has no first segment');
    const text = Buffer.from(unpacked(segment)).toString('latin1');
    const changed = Buffer.from(text.replace('decision-77', 'decision-XX'), 'latin1');
    const { packed } = storedForm(changed);
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      `UPDATE log_segments SET entries = '\\x${Buffer.from(packed).toString('hex')}' WHERE tenant_id = 'acme' AND first_index = 0`,
    );
    const verdict = await verify(bundleOf((await exported({})).rawPayload));
    expect(verdict).toMatchObject({ ok: false, failedStep: 'entries', failingIndex: 77 });
    const [entry, proof] = [
      await get('/v1/tenants/acme/entries/decision-77'),
      await get('/v1/tenants/acme/entries/decision-77/proof'),
    ];
    const vkey = (await get('/log/acme/vkey')).body.trimEnd();
    expect(verifyTlogProof({ proofText: proof.body, entry: entry.rawPayload, vkey })).toMatchObject(
      { ok: false, failedStep: 'root' },
    );
  });
});
