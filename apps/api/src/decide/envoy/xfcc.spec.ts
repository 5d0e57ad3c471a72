import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_XFCC_LENGTH, readXfcc, type XfccElement } from './xfcc.js';

const plain = (elements: readonly XfccElement[] | undefined) =>
  elements?.map((element) => Object.fromEntries(element));

describe('x-forwarded-client-cert', () => {
  test('is read as Envoy documents it', () => {
    const header =
      'By=spiffe://x/ns/b/sa/b;Hash=468e;Subject="";URI=spiffe://x/ns/a/sa/a,by=;HASH=9b;Subject="/C=US, O=\\"A, B;C=D\\"";URI=http://a;URI=http://b;DNS=a.b;DNS=c.d';
    expect(plain(readXfcc(header))).toEqual([
      {
        by: ['spiffe://x/ns/b/sa/b'],
        hash: ['468e'],
        subject: [''],
        uri: ['spiffe://x/ns/a/sa/a'],
      },
      {
        by: [''],
        hash: ['9b'],
        subject: ['/C=US, O="A, B;C=D"'],
        uri: ['http://a', 'http://b'],
        dns: ['a.b', 'c.d'],
      },
    ]);
    expect(readXfcc('')).toEqual([]);
    expect(plain(readXfcc('Subject="O=Acme\\, Inc"'))).toEqual([{ subject: ['O=Acme\\, Inc'] }]);
  });

  test.each([
    ',',
    'URI=a,',
    ',URI=a',
    'URI=a,,URI=b',
    'URI=a;',
    ';URI=a',
    'URI',
    '=a',
    'URI=a=b',
    'URI=a"b',
    'URI="a"b',
    'URI="a',
    'URI="a\\"',
    'Subject="CN=a\\\\";URI=spiffe://x/victim',
    'Subject="CN=a\\\\\\";URI=spiffe://x/victim"',
    'URI=a\\b',
    'U RI=a',
    'URI=a\n',
    'URI=ä',
    'URI=a\u0000',
    `URI=${'a'.repeat(MAX_XFCC_LENGTH)}`,
    Array.from({ length: 17 }, () => 'URI=a').join(','),
    Array.from({ length: 33 }, () => 'URI=a').join(';'),
  ])('is refused where it does not follow the grammar: %j', (header) => {
    expect(readXfcc(header)).toBeUndefined();
  });

  const key = fc.stringMatching(/^[a-z]{1,12}$/);
  const value = fc.stringMatching(/^[ -~]{0,20}$/);
  const pairs = fc.array(fc.tuple(key, value, fc.boolean()), { minLength: 1, maxLength: 6 });

  test('gives back what a proxy wrote, whatever the values hold, or refuses it', () => {
    fc.assert(
      fc.property(fc.array(pairs, { minLength: 1, maxLength: 5 }), (elements) => {
        const header = elements.map((one) => one.map(written).join(';')).join(',');
        const read = readXfcc(header);
        if (read === undefined) {
          expect(header).toContain('\\');
          return;
        }
        expect(read.map((one) => [...one.values()].flat().sort())).toEqual(
          elements.map((one) => one.map(([, text]) => text).sort()),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('ends on any input', () => {
    const piece = fc.constantFrom('URI=', '"', '\\', ',', ';', '=', 'a', ' ', 'By=', '\\"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        readXfcc(pieces.join(''));
      }),
    );
    expect(readXfcc(`URI="${'\\a'.repeat(8_000)}`)).toBeUndefined();
    expect(readXfcc(`URI="${'\\'.repeat(16_000)}`)).toBeUndefined();
  });
});

/** As Envoy does: a value is quoted where it must be, and a quote in it escaped. */
function written([name, text, isQuoted]: [string, string, boolean]): string {
  if (!isQuoted && /^[^,;="\\]*$/.test(text)) return `${name}=${text}`;
  return `${name}="${text.replaceAll('"', '\\"')}"`;
}
