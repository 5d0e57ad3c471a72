import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deny } from './check-response.js';
import { sealed } from './seal-response.js';

const option = (key: string, value: string) => ({ header: { key, value } });
const allow = {
  status: { code: 0, message: '' },
  ok_response: {
    headers: [option('x-decision-id', 'd')],
    headers_to_remove: ['x-sallyport-key'],
    response_headers_to_add: [],
  },
};
const denial = deny('no-matching-policy');

describe('the last look at an answer', () => {
  test('lets an allow with its decision and a denial with its status through', () => {
    expect(sealed(allow)).toBe(allow);
    expect(sealed(denial)).toBe(denial);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty answer', {}],
    ['an empty list', []],
    ['a word', 'ok'],
    ['true', true],
    ['an empty status', { status: {} }],
    ['status 0 alone', { status: { code: 0 } }],
    ['status 0 in words', { ...allow, status: { code: '0' } }],
    ['a status that is no number', { ...allow, status: { code: Number.NaN } }],
    ['an allow without headers', { ...allow, ok_response: {} }],
    ['an allow without decision', { ...allow, ok_response: { ...allow.ok_response, headers: [] } }],
    [
      'an allow with an empty decision',
      { ...allow, ok_response: { ...allow.ok_response, headers: [option('x-decision-id', '')] } },
    ],
    [
      'an allow that leaves the key in',
      { ...allow, ok_response: { ...allow.ok_response, headers_to_remove: [] } },
    ],
    ['an allow with a denial', { ...allow, denied_response: denial.denied_response }],
    ['a denial with an allow', { ...denial, ok_response: allow.ok_response }],
    ['a denial without HTTP status', { ...denial, denied_response: { headers: [], body: '' } }],
    [
      'a denial with HTTP status 0',
      { ...denial, denied_response: { status: { code: 0 }, headers: [], body: '' } },
    ],
    [
      'a denial with HTTP status 200',
      { ...denial, denied_response: { status: { code: 200 }, headers: [], body: '' } },
    ],
    ['a denial without response', { status: { code: 7 } }],
    ['another error', { ...denial, status: { code: 2, message: '' } }],
  ])('makes a denial of %s', (_, answer) => {
    expect(sealed(answer)).toEqual(deny('broker-error'));
  });

  test('gives nothing back but an allow with a decision or a denial with a status', () => {
    const part = fc.constantFrom<unknown>(
      undefined,
      null,
      0,
      7,
      16,
      200,
      403,
      '0',
      [],
      {},
      ...Object.values(allow),
      denial.denied_response,
    );
    const status = fc.oneof(part, fc.record({ code: part }, { requiredKeys: [] }));
    const answers = fc.record(
      { status, ok_response: part, denied_response: part },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const { status: told, ok_response: ok, denied_response: denied } = sealed(answer);
        if (told.code === 0) expect(ok?.headers).toEqual(allow.ok_response.headers);
        else expect([401, 403, 503]).toContain(denied?.status.code);
      }),
      { numRuns: 3_000 },
    );
  });
});
