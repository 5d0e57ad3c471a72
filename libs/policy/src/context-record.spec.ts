import { describe, expect, it } from '@jest/globals';
import type { Facts } from '@sallyport/contracts';
import fc from 'fast-check';
import { ipValue } from './cedar-values.js';
import { toContextRecord } from './context-record.js';
import { escapeKey, unescapeKey } from './key-names.js';

const NOW = Date.UTC(2026, 2, 1, 12);
const BARE: Facts = {
  nowMs: NOW,
  authn: { method: 'asserted', verified: false },
  grants: [],
  missing: [],
  registerVersion: 1,
};

function datetime(arg: string) {
  return { __extn: { fn: 'datetime', arg } };
}

describe('the context record', () => {
  it('holds only what is known', () => {
    expect(toContextRecord(BARE)).toEqual({
      now: datetime('2026-03-01T12:00:00.000Z'),
      authn: { method: 'asserted', verified: false },
      action: {},
      request: {},
    });
  });

  it('holds every fact under its name, times as datetimes and the address as an ipaddr', () => {
    const facts: Facts = {
      ...BARE,
      authn: {
        method: 'token',
        verified: true,
        issuer: 'https://idp',
        acr: 'x',
        amr: ['pwd'],
        authTime: NOW / 1000,
        expiresAtMs: NOW,
      },
      device: {
        id: 'd',
        managed: true,
        compliant: false,
        os: 'macos',
        osVersion: '14.4',
        diskEncrypted: true,
        screenLock: true,
        firewall: false,
        checkedAtMs: NOW - 1,
        freshUntilMs: NOW,
      },
      network: {
        ip: '::ffff:10.0.0.1',
        country: 'DE',
        continent: 'EU',
        region: 'BE',
        asn: 3320,
        anonymizer: false,
      },
      risk: { score: 70, level: 'high', reasons: ['impossible-travel'] },
      consent: { status: 'permit', purpose: 'TREAT', directive: 'c1', expiresAtMs: NOW + 1 },
    };
    expect(
      toContextRecord(
        facts,
        { verb: 'GET' },
        { ip: 'x', subject_token: 'secret', subject_token_type: 'jwt' },
      ),
    ).toEqual({
      now: datetime('2026-03-01T12:00:00.000Z'),
      authn: {
        method: 'token',
        verified: true,
        issuer: 'https://idp',
        acr: 'x',
        amr: ['pwd'],
        authTime: datetime('2026-03-01T12:00:00.000Z'),
      },
      device: {
        id: 'd',
        managed: true,
        compliant: false,
        os: 'macos',
        osVersion: '14.4',
        diskEncrypted: true,
        screenLock: true,
        firewall: false,
        checkedAt: datetime('2026-03-01T11:59:59.999Z'),
      },
      network: {
        ip: { __extn: { fn: 'ip', arg: '10.0.0.1' } },
        country: 'DE',
        continent: 'EU',
        region: 'BE',
        asn: 3320,
        anonymizer: false,
      },
      risk: { score: 70, level: 'high', reasons: ['impossible-travel'] },
      consent: {
        status: 'permit',
        purpose: 'TREAT',
        directive: 'c1',
        expiresAt: datetime('2026-03-01T12:00:00.001Z'),
      },
      action: { verb: 'GET' },
      request: { ip: 'x' },
    });
  });

  it('shows the live grant that ends last, and no grant that has ended', () => {
    const role = { type: 'role', id: 'r' };
    const grant = (id: string, seconds: number) => ({
      id,
      role,
      endsAtMs: NOW + seconds * 1000,
      breakGlass: id === 'b',
    });
    const shown = (...grants: Facts['grants']) => toContextRecord({ ...BARE, grants })['grant'];
    expect(shown(grant('a', 10), grant('c', 60), grant('b', 60))).toEqual({
      id: 'b',
      endsAt: datetime('2026-03-01T12:01:00.000Z'),
      breakGlass: true,
    });
    expect(shown(grant('a', 0), grant('b', -1))).toBeUndefined();
  });

  it('leaves out what Cedar can’t hold, and keeps the rest around it', () => {
    const deep = (levels: number): object => (levels === 0 ? {} : { d: deep(levels - 1) });
    const request =
      JSON.parse(`{"null": null, "fraction": 1.5, "big": 1e300, "beyond": 9007199254740992, "zero": -0, "lone": "\\ud800", "\\udc00": 1,
      "list": [1, null, 2.5, [null], {"a": null}], "__proto__": {"x": 1}, "constructor": 2}`) as Record<
        string,
        never
      >;
    const record = toContextRecord(BARE, undefined, { ...request, ['__proto__']: { x: 1 } });
    expect(Object.entries(record['request'] as object)).toEqual([
      ['zero', 0],
      ['list', [1, [], {}]],
      ['__proto__', { x: 1 }],
      ['constructor', 2],
    ]);
    expect(Object.is((record['request'] as { zero: number }).zero, 0)).toBe(true);
    const nested = JSON.stringify(toContextRecord(BARE, deep(50) as never)['action']);
    expect(nested.match(/"d"/g)).toHaveLength(32);
  });

  it('takes only single addresses, as Cedar writes them', () => {
    const good = [
      '0.0.0.0',
      '255.1.2.3',
      '::',
      '::1',
      'fe80::1',
      '1:2:3:4:5:6:7:8',
      '2001:DB8::',
      '::FFFF:1.2.3.4',
    ];
    const bad = [
      '',
      '1.2.3',
      '1.2.3.4.5',
      '256.0.0.1',
      '01.2.3.4',
      '1.2.3.4/8',
      '::1/128',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7::8',
      'fe80::1%eth0',
      '::1.2.3.4',
      '12345::',
      'x',
      ':1',
      '1:',
    ];
    expect(good.filter((address) => ipValue(address) === undefined)).toEqual([]);
    expect(bad.filter((address) => ipValue(address) !== undefined)).toEqual([]);
  });
});

describe('key names', () => {
  it('are escaped reversibly, never meet, and never are escapes', () => {
    const key = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('__entity', '__extn', '__expr', '__entit'),
          fc.stringMatching(/^_{0,4}$/),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(key, (name) => {
        expect(unescapeKey(escapeKey(name))).toBe(name);
        expect(['__entity', '__extn', '__expr']).not.toContain(escapeKey(name));
      }),
    );
  });
});
