import { describe, expect, it } from '@jest/globals';
import '../../test-support/dom.js';
import { FixtureLog } from '../../test-support/fixture-log.js';
import type { EntryProof } from '../graphql-types.js';
import { rememberKey } from './known-key.js';
import { ladderOf } from './proof-ladder.js';
import { bytesOf, verifyEntry } from './verify-entry.js';

const SIZE = 11;

describe('verification of an entry in the browser', () => {
  it.each(Array.from({ length: SIZE }, (_, index) => index))(
    'proves entry %d of 11, step by step, and its ladder ends at the signed root',
    (index) => {
      const { shown, proof } = logged(index);
      const result = verifyEntry(shown, proof);
      expect(result).toMatchObject({ ok: true, index, treeSize: SIZE });
      expect(result.checks.map((check) => check.name)).toEqual([
        'shown',
        'file',
        'leaf',
        'path',
        'root',
        'signature',
      ]);
      const ladder = ladderOf(proof.proof, bytesOf(proof.entry) ?? new Uint8Array(), SIZE);
      expect(result.checks[3]?.detail).toContain(ladder.root);
      expect(result.checks[2]?.detail).toContain(ladder.leaf);
    },
  );

  it('refuses when the page shows something else than was logged', () => {
    const { shown, proof } = logged(3);
    const lie = { ...shown, raw: { ...(shown.raw as object), decision: true } };
    expect(verifyEntry(lie, proof)).toMatchObject({
      ok: false,
      reason: 'the logged bytes say something else than this page shows',
    });
  });

  it('refuses when another entry’s bytes are sent', () => {
    const { shown } = logged(3);
    expect(verifyEntry(shown, logged(4).proof).ok).toBe(false);
  });

  it('refuses a right entry at a wrong place', () => {
    const { shown, proof } = logged(3);
    const result = verifyEntry({ ...shown, index: 4 }, proof);
    expect(result).toMatchObject({
      ok: false,
      reason: 'the proof is for entry 3, not for entry 4',
    });
  });

  it('refuses every single changed byte of the logged entry', () => {
    const { shown, proof } = logged(3);
    const bytes = bytesOf(proof.entry) ?? new Uint8Array();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes, (byte, place) => (place === at ? byte ^ 1 : byte));
      const entry = Buffer.from(changed).toString('base64');
      expect(verifyEntry(shown, { ...proof, entry }).ok).toBe(false);
    }
  });

  it.each<[string, Partial<EntryProof>]>([
    ['no base64', { entry: '%%%' }],
    ['no proof', { proof: 'nonsense' }],
    ['no key', { vkey: 'nonsense' }],
    ['the name of another log', { origin: 'broker.example/log/other' }],
  ])('refuses %s without throwing', (_what, change) => {
    const { shown, proof } = logged(3);
    expect(verifyEntry(shown, { ...proof, ...change }).ok).toBe(false);
  });
});

describe('memory of the log’s key', () => {
  it('tells the first key, the same key, and another key apart', () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    expect(rememberKey(store, 'log/acme', 'key-a', '2026-11-22T06:00:00Z')).toEqual({
      state: 'first-seen',
    });
    expect(rememberKey(store, 'log/acme', 'key-a', '2026-11-23T06:00:00Z')).toEqual({
      state: 'same',
      since: '2026-11-22T06:00:00Z',
    });
    expect(rememberKey(store, 'log/acme', 'key-b', '2026-11-24T06:00:00Z')).toMatchObject({
      state: 'changed',
      before: 'key-a',
    });
    expect(rememberKey(store, 'log/other', 'key-b', '2026-11-24T06:00:00Z')).toEqual({
      state: 'first-seen',
    });
  });
});

function logged(index: number) {
  const log = new FixtureLog();
  for (let at = 0; at < SIZE; at += 1)
    log.append({
      type: 'decision',
      id: `d-${at}`,
      time: '2026-11-22T06:00:00.000Z',
      decision: false,
    });
  log.publish();
  const proof = log.proof(index);
  if (proof === null) throw new Error('not published');
  return { shown: { id: `d-${index}`, index, raw: log.entries[index] }, proof };
}
