import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countryPlaces } from './country-places.js';
import { distanceKm } from './distance.js';
import { assessTravel, defaultTravelSettings, travelSignal } from './travel.js';

const MINUTE = 60_000;
const london = { latitude: 51.5142, longitude: -0.0931, radiusKm: 10, atMs: 0 };
const linkoping = { latitude: 58.4167, longitude: 15.6167, radiusKm: 76, atMs: 0 };

const point = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  radiusKm: fc.integer({ min: 0, max: 5000 }),
  atMs: fc.integer({ min: 0, max: 10 ** 9 }),
});

describe('distanceKm', () => {
  it('knows the way from London to Linköping and half around the globe', () => {
    expect(distanceKm(london, { latitude: 58.4167, longitude: 15.6167 })).toBeCloseTo(1255, -1);
    const poles = distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 });
    expect(poles).toBeCloseTo(20015, 0);
  });

  it('is symmetric, never negative, at most half around the globe, and zero for one point', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
        expect(distanceKm(a, b)).toBeGreaterThanOrEqual(0);
        expect(distanceKm(a, b)).toBeLessThanOrEqual(20016);
        expect(distanceKm(a, a)).toBe(0);
      }),
    );
  });
});

describe('assessTravel', () => {
  it('calls London to Linköping impossible in an hour and possible in an hour and a half', () => {
    const after = (minutes: number) =>
      assessTravel(london, { ...linkoping, atMs: minutes * MINUTE });
    expect(after(60)).toMatchObject({ verdict: 'impossible', reason: 'impossible-travel' });
    expect(after(90).verdict).toBe('possible');
  });

  it('subtracts both radii from the distance', () => {
    const travel = assessTravel(london, linkoping);
    const straight = distanceKm(london, linkoping);
    expect(travel.verdict !== 'unknown' && travel.distanceKm).toBeCloseTo(straight - 86, 6);
  });

  it('never judges a distance within the noise of address databases', () => {
    const near = { ...london, latitude: 51.9, radiusKm: 0 };
    expect(assessTravel({ ...london, radiusKm: 0 }, near).verdict).toBe('possible');
  });

  it('counts an elapsed time below a minute as a minute', () => {
    const a = { latitude: 0, longitude: 0, atMs: 0 };
    const b = { latitude: 0, longitude: 0.6, atMs: 0 };
    const travel = assessTravel(a, b);
    expect(travel.verdict !== 'unknown' && travel.speedKmh).toBeCloseTo(distanceKm(a, b) * 60, 6);
  });

  it.each([
    ['there is no earlier place', undefined, london],
    ['the earlier place is anonymised', { ...london, anonymizer: true }, linkoping],
    ['the current place is anonymised', london, { ...linkoping, anonymizer: true }],
    ['a place has no coordinates and no country', { atMs: 0 }, london],
    ['a country is not listed', { country: 'ZZ', atMs: 0 }, london],
    ['a latitude is off the globe', { ...london, latitude: 91 }, linkoping],
    ['a coordinate is not a number', { ...london, longitude: Number.NaN }, linkoping],
    ['a time is not a number', { ...london, atMs: Number.NaN }, linkoping],
  ])('knows nothing when %s', (_case, previous, current) => {
    expect(assessTravel(previous, current)).toEqual({ verdict: 'unknown' });
  });

  it('calls another continent within minutes impossible with countries alone', () => {
    const travel = (country: string, minutes: number) =>
      assessTravel({ country: 'DE', atMs: 0 }, { country, atMs: minutes * MINUTE }).verdict;
    expect(['US', 'BR', 'SG', 'JP', 'AU', 'ZA'].map((country) => travel(country, 10))).toEqual(
      Array(6).fill('impossible'),
    );
    expect(['DE', 'FR', 'PL', 'CH'].map((country) => travel(country, 10))).toEqual(
      Array(4).fill('possible'),
    );
    expect(travel('US', 12 * 60)).toBe('possible');
  });

  it('never turns possible into impossible by giving more time', () => {
    fc.assert(
      fc.property(place, place, fc.nat(10 ** 9), (a, b, extra) => {
        const later =
          a.atMs <= b.atMs ? { ...b, atMs: b.atMs + extra } : { ...b, atMs: b.atMs - extra };
        fc.pre(assessTravel(a, b).verdict === 'possible');
        expect(assessTravel(a, later).verdict).toBe('possible');
      }),
    );
  });

  it('does not care in which order two requests arrive', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(assessTravel(a, b).verdict).toBe(assessTravel(b, a).verdict);
      }),
    );
  });

  it('is impossible exactly when the speed over the counted distance is beyond the bound', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const travel = assessTravel(a, b);
        const { maxSpeedKmh, minDistanceKm } = defaultTravelSettings;
        if (travel.verdict === 'unknown') throw new Error('both places are complete');
        const isTooFast = travel.distanceKm > minDistanceKm && travel.speedKmh > maxSpeedKmh;
        expect(travel.verdict === 'impossible').toBe(isTooFast);
      }),
    );
  });
});

describe('travelSignal', () => {
  it('is mitigated, not erased, when one device was at both ends', () => {
    const between = (from?: string, to?: string) =>
      travelSignal(
        assessTravel(
          { ...london, ...(from === undefined ? {} : { deviceId: from }) },
          { ...linkoping, ...(to === undefined ? {} : { deviceId: to }) },
        ),
      );
    expect(between('laptop-7', 'laptop-7')).toEqual({
      reason: 'impossible-travel',
      mitigated: true,
    });
    expect(between('laptop-7', 'phone-1')).toEqual({
      reason: 'impossible-travel',
      mitigated: false,
    });
    expect(between()).toEqual({ reason: 'impossible-travel', mitigated: false });
  });

  it('is absent for a journey that is possible or unknown', () => {
    expect(travelSignal(assessTravel(london, london))).toBeUndefined();
    expect(travelSignal({ verdict: 'unknown' })).toBeUndefined();
  });
});

describe('countryPlaces', () => {
  it('holds every country with coordinates on the globe and a reach', () => {
    expect(countryPlaces.size).toBeGreaterThanOrEqual(248);
    for (const [code, { latitude, longitude, radiusKm }] of countryPlaces) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
      expect(radiusKm).toBeGreaterThan(0);
    }
  });

  it.each([
    ['DE', 'EU', 52.52, 13.405],
    ['US', 'NA', 25.76, -80.19],
    ['ID', 'AS', -2.53, 140.72],
    ['PT', 'EU', 37.74, -25.68],
    ['NZ', 'OC', -36.85, 174.76],
    ['RU', 'EU', 55.75, 37.62],
    ['FJ', 'OC', -18.12, 178.45],
    ['XK', 'EU', 42.66, 21.17],
    ['GF', 'SA', 4.92, -52.31],
  ])('reaches a far city of %s on continent %s', (code, continent, latitude, longitude) => {
    const country = countryPlaces.get(code);
    if (country === undefined) throw new Error(`${code} is missing`);
    expect(country.continent).toBe(continent);
    expect(distanceKm(country, { latitude, longitude })).toBeLessThanOrEqual(country.radiusKm);
  });
});
