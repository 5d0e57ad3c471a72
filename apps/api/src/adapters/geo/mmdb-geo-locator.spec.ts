import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { vectorsDir } from '../../../../../test/support/vectors.js';
import { canonicalIp, isGlobal } from './ip-address.js';
import { MmdbGeoLocator } from './mmdb-geo-locator.js';
import { fromAsn, fromPlace } from './mmdb-records.js';

describe('the embedded country database', () => {
  let geo: MmdbGeoLocator;
  beforeAll(async () => {
    geo = await MmdbGeoLocator.open({});
  });

  test.each([
    ['193.99.144.80', 'DE'],
    ['::ffff:193.99.144.80', 'DE'],
    ['::FFFF:c163:9050', 'DE'],
    ['8.8.8.8', 'US'],
    ['2a02:2e0:3fe:1001::', 'DE'],
  ])('places %s in %s', (ip, country) => {
    expect(geo.locate(ip)).toMatchObject({ country });
  });

  test.each(['10.1.2.3', '192.168.0.1', '127.0.0.1', '100.64.9.9', '::1', 'fd00::1', 'fe80::1'])(
    'knows no country of the private address %s',
    (ip) => expect(geo.locate(ip)).toEqual({ ip }),
  );

  test.each(['', 'localhost', '1.2.3', '1.2.3.4:80', '1.2.3.4, 5.6.7.8', 'fe80::1%eth0', '[::1]'])(
    'takes %j for no address',
    (text) => expect(geo.locate(text)).toBeUndefined(),
  );

  test('never throws, whatever it is asked', () => {
    const anything = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
    fc.assert(fc.property(anything, (text) => void geo.locate(text)));
  });
});

describe('addresses', () => {
  test('have one spelling', () => {
    expect(canonicalIp('2001:0DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
    expect(canonicalIp('::ffff:10.0.0.1')).toBe('10.0.0.1');
  });

  test('keep that spelling when they are read again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const ip = canonicalIp(text);
        expect(ip).toBeDefined();
        expect(canonicalIp(ip ?? '')).toBe(ip);
      }),
    );
  });

  test('of documentation and multicast are nowhere', () => {
    expect(
      ['192.0.2.7', '224.0.0.1', '255.255.255.255', '2001:db8::1', 'ff02::1'].some(isGlobal),
    ).toBe(false);
  });
});

describe('records', () => {
  test('of unexpected shape say nothing', () => {
    expect(fromPlace({ country: { iso_code: 'Germany' }, location: { latitude: 1 } })).toEqual({});
    expect(fromAsn({ autonomous_system_number: 1.5 })).toEqual({});
  });
});

const dir = vectorsDir();
const data = dir === undefined ? undefined : join(dir, 'geo', 'test-data');
(data !== undefined && existsSync(data) ? describe : describe.skip)("MaxMind's databases", () => {
  const path = (name: string) => join(data ?? '', name);

  test('of cities give region, coordinates and radius', async () => {
    const geo = await MmdbGeoLocator.open({ mmdbPath: path('GeoLite2-City-Test.mmdb') });
    expect(geo.locate('81.2.69.142')).toEqual({
      ip: '81.2.69.142',
      country: 'GB',
      continent: 'EU',
      region: 'ENG',
      latitude: 51.5142,
      longitude: -0.0931,
      radiusKm: 10,
    });
    expect(geo.locate('216.160.83.56')).toMatchObject({
      country: 'US',
      region: 'WA',
      radiusKm: 22,
    });
  });

  test('of autonomous systems and anonymizers add what they know', async () => {
    const asn = await MmdbGeoLocator.open({ asnMmdbPath: path('GeoLite2-ASN-Test.mmdb') });
    expect(asn.locate('1.128.0.1')).toMatchObject({ asn: 1221 });
    const anonymizers = await MmdbGeoLocator.open({
      asnMmdbPath: path('GeoIP2-Anonymous-IP-Test.mmdb'),
    });
    expect(anonymizers.locate('1.124.213.1')).toMatchObject({ anonymizer: true });
  });
});
