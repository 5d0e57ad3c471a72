import { describe, expect, test } from '@jest/globals';
import { encodeEntry } from '@sallyport/audit';
import fc from 'fast-check';
import { recordOf } from './entry-record.js';

const record = (entry: object) => recordOf(5, encodeEntry({ ...entry }));
const base = { id: 'e1', time: '2026-11-22T10:00:00.000Z', actor: 'user:omar' };
const role = { type: 'role', id: 'prod-db-reader' };

describe('the search record of an entry', () => {
  test("is about the requester of an access request, not about who acted, and links the request's id", () => {
    const entry = { ...base, type: 'request.reviewed', requestId: 'r1', requester: 'dana', role };
    expect(record(entry)).toMatchObject({
      index: 5,
      actor: 'user:omar',
      subject: { type: 'user', id: 'dana' },
      resource: role,
      links: ['r1'],
    });
  });

  test('is about the person of a session', () => {
    const entry = { ...base, type: 'session.started', detail: {} };
    expect(record(entry).subject).toEqual({ type: 'user', id: 'omar' });
  });

  test('of a token links its grants, its decision and itself', () => {
    const entry = {
      ...base,
      type: 'token.issued',
      tokenId: 't1',
      decisionId: 'd1',
      grants: ['g1', 'g2'],
    };
    expect(record(entry).links).toEqual(['g1', 'g2', 't1', 'd1']);
  });

  test("of a decision in a batch links the batch; the caller's own request id links nothing", () => {
    const facts = { grants: [{ id: 'g1' }] };
    const entry = { ...base, type: 'decision', id: 'b1.3', facts, requestId: 'r1', token: 't1' };
    expect(record(entry).links).toEqual(['g1', 'b1', 'b1.3', 't1']);
  });

  test('of a promotion names the version', () => {
    const entry = { ...base, type: 'policy.promoted', detail: { version: 'abc' } };
    expect(record(entry).policyVersion).toBe('abc');
  });

  test('exists for whatever bytes are in the log, bounded, and in words that Postgres can hold', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({
          type: fc.anything(),
          id: fc.anything(),
          time: fc.anything(),
          subject: fc.anything(),
          links: fc.anything(),
          facts: fc.anything(),
          grants: fc.anything(),
          reasons: fc.anything(),
          detail: fc.anything(),
        })
        .map((entry) =>
          Buffer.from(
            JSON.stringify(entry, (_, value: unknown) =>
              typeof value === 'bigint' ? Number(value) : value,
            ),
          ),
        ),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const found = recordOf(7, bytes);
        const texts = [
          found.id,
          found.type,
          found.actor,
          found.action,
          found.pep,
          found.subject?.id,
          ...found.reasons,
          ...found.links,
        ];
        for (const text of texts) {
          expect((text ?? '').length).toBeLessThanOrEqual(500);
          expect(text ?? '').not.toMatch(/\0|\p{Surrogate}/u);
        }
        expect(found.links.length).toBeLessThanOrEqual(200);
        expect(Number.isNaN(found.time.getTime())).toBe(false);
      }),
    );
  });
});
