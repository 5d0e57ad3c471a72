import fc from 'fast-check';
import type { CheckAttributes, CheckHttp } from './check-request.js';

/** Checks of any shape that the decoder gives; some of them would be permitted. */
export function anyCheck(authorization: string): fc.Arbitrary<CheckAttributes> {
  const good = { method: 'GET', path: '/records/42', headers: { authorization } };
  const word = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(authorization, 'Bearer x', 'URI=spiffe://a/b', '/records/7', 'knock'),
  );
  const names = ['authorization', 'cookie', 'x-forwarded-client-cert', 'x-device-id', '__proto__'];
  const header = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 }));
  const settings = ['action', 'resource_type', 'resource_id', 'subject', 'xfcc_trusted_hops'];
  const setting = fc.constantFrom(...settings.map((name) => `sallyport.${name}`), 'x');
  const raw = fc.record({ key: header, value: word, raw_value: fc.uint8Array({ maxLength: 20 }) });
  const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
  const http: fc.Arbitrary<CheckHttp> = fc.record(
    {
      method: mostly(good.method, word),
      path: mostly(good.path, word),
      host: word,
      id: word,
      headers: mostly<Record<string, string>>(
        good.headers,
        fc.dictionary(header, word, { maxKeys: 4 }),
      ),
      header_map: mostly<NonNullable<CheckHttp['header_map']> | null>(
        null,
        fc.record({ headers: fc.array(raw, { maxLength: 4 }) }),
      ),
    },
    { requiredKeys: [] },
  );
  return fc.record(
    {
      source: mostly<NonNullable<CheckAttributes['source']> | null>(
        null,
        fc.record({ principal: word }),
      ),
      request: fc.record({
        http: fc.oneof<fc.Arbitrary<CheckHttp | null>[]>(
          fc.constant(null),
          fc.constant(good),
          http,
        ),
      }),
      context_extensions: mostly({}, fc.dictionary(setting, word, { maxKeys: 3 })),
    },
    { requiredKeys: [] },
  );
}
