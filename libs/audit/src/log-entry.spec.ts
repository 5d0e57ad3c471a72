import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CanonicalJsonError } from './canonical-json.js';
import {
  decodeEntryBundle,
  encodeEntryBundle,
  EntryBundleError,
  MAX_ENTRY_BYTES,
} from './entry-bundle.js';
import { decodeEntry, encodeEntry, EntryFormatError, EntryTooLargeError } from './log-entry.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** An entry whose encoding has exactly this many bytes. */
const entryOf = (length: number) => ({ pad: 'x'.repeat(length - '{"pad":""}'.length) });

describe('log entries', () => {
  it('are canonical JSON and read back as what was logged', () => {
    const entry = { type: 'decision', id: 'd1', decision: false, at: { z: 1, a: [null] } };
    expect(Buffer.from(encodeEntry(entry)).toString()).toBe(
      '{"at":{"a":[null],"z":1},"decision":false,"id":"d1","type":"decision"}',
    );
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
  });

  it('may have 65535 bytes and not one more', () => {
    expect(encodeEntry(entryOf(MAX_ENTRY_BYTES))).toHaveLength(MAX_ENTRY_BYTES);
    expect(() => encodeEntry(entryOf(MAX_ENTRY_BYTES + 1))).toThrow(EntryTooLargeError);
    expect(() => decodeEntry(new Uint8Array(MAX_ENTRY_BYTES + 1))).toThrow(EntryTooLargeError);
  });

  it('are objects and nothing else', () => {
    expect(() => encodeEntry([] as never)).toThrow(EntryFormatError);
    expect(() => encodeEntry(null as never)).toThrow(EntryFormatError);
    expect(() => encodeEntry({ a: undefined })).toThrow(CanonicalJsonError);
  });

  it.each([
    ['an array', '[1]'],
    ['null', 'null'],
    ['no JSON', '{"a":1'],
    ['nothing', ''],
    ['white space', '{"a": 1}'],
    ['a trailing newline', '{"a":1}\n'],
    ['members out of order', '{"b":1,"a":2}'],
    ['a second member of the same name', '{"a":1,"a":2}'],
    ['another spelling of a number', '{"a":1.0}'],
    ['a number too large for a double', '{"a":1e400}'],
    ['a number that a double rounds', '{"a":10000000000000001}'],
    ['an escape that is not needed', String.raw`{"a":"\u0041"}`],
    ['an escaped lone surrogate', String.raw`{"a":"\ud800"}`],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['deep nesting', `{"a":${'['.repeat(30000)}${']'.repeat(30000)}}`],
  ])('that were written as %s are refused on reading', (_, text) => {
    expect(() => decodeEntry(bytes(text))).toThrow(EntryFormatError);
  });

  it('are refused when they are not UTF-8', () => {
    expect(() => decodeEntry(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(EntryFormatError);
  });
});

describe('entry bundles', () => {
  it('hold any 256 entries and give them back byte for byte', () => {
    const entry = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 256 }), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries)).map((e) => [...e])).toEqual(
          entries.map((e) => [...e]),
        );
      }),
    );
  });

  it('write lengths as big-endian 16-bit numbers, also when the bytes are a view on a larger buffer', () => {
    const bundle = encodeEntryBundle([bytes('ab'), new Uint8Array(MAX_ENTRY_BYTES)]);
    expect([...bundle.subarray(0, 6)]).toEqual([0, 2, 97, 98, 255, 255]);
    const buffer = Uint8Array.of(9, 9, 0, 1, 65, 9);
    expect(decodeEntryBundle(buffer.subarray(2, 5))).toEqual([Uint8Array.of(65)]);
  });

  it('refuse an entry that is too long, a 257th entry, and bytes that end early', () => {
    expect(() => encodeEntryBundle([new Uint8Array(MAX_ENTRY_BYTES + 1)])).toThrow(
      EntryBundleError,
    );
    expect(() => encodeEntryBundle(new Array<Uint8Array>(257).fill(bytes('a')))).toThrow(
      EntryBundleError,
    );
    expect(() => decodeEntryBundle(new Uint8Array(2 * 257))).toThrow(EntryBundleError);
    const bundle = encodeEntryBundle([bytes('abc'), bytes('d')]);
    for (const length of [1, 2, 4, 6, 7]) {
      expect(() => decodeEntryBundle(bundle.subarray(0, length))).toThrow(EntryBundleError);
    }
  });
});
