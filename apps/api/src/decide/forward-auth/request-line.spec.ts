import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ambiguityOf, readRequestLine } from './request-line.js';

const headers = { 'x-original-method': 'GET', 'x-original-uri': '/records/42' };
const raw = Object.entries(headers).flat();

describe('a request line', () => {
  test('is refused where a header that decides it came twice, even with the same value', () => {
    expect(readRequestLine(headers, raw)).toMatchObject({ ok: true });
    for (const name of [
      'X-Original-Method',
      'x-original-uri',
      'X-FORWARDED-URI',
      'X-Real-IP',
      'X-Device-Id',
      'X-Sallyport-Key',
      'Authorization',
    ]) {
      const twice = [...raw, name, 'a', name, 'a'];
      expect(readRequestLine(headers, twice)).toMatchObject({ ok: false });
    }
  });

  test('never throws, whatever the headers hold', () => {
    const text = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(text, text, text, (method, uri, address) => {
        const sent = { 'x-original-method': method, 'x-original-uri': uri, 'x-real-ip': address };
        readRequestLine(sent, Object.entries(sent).flat());
      }),
    );
  });

  test('is only unambiguous where decoding it changes no segment boundary', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2f',
      '%2e',
      '%5c',
      '%25',
      ';',
      '\\',
      'a',
      '%20',
      '%c3%bc',
      '%C3',
      '%3f',
      '%23',
      '#',
      '%',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/${pieces.join('')}`;
        if (ambiguityOf(path) !== undefined) return;
        const decoded = decodeURIComponent(path);
        expect(decoded.split('/')).toHaveLength(path.split('/').length);
        expect(new URL(`http://x${path}`).pathname).toBe(path);
        expect(decoded).not.toMatch(/[\\;%\n?#]|\/\.{1,2}(\/|$)/);
      }),
      { numRuns: 2_000 },
    );
  });
});
