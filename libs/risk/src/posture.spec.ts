import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assessPosture, postureSignal } from './posture.js';
import type { PostureRecord, PostureSettings } from './posture.js';

const checkedAtMs = Date.parse('2026-03-01T09:00:00Z');
const laptop: PostureRecord = {
  deviceId: 'laptop-7',
  ownerId: 'dana',
  os: 'macos',
  osVersion: '14.10.1',
  diskEncrypted: true,
  checkedAtMs,
  source: 'fleet',
};
const settings: PostureSettings = {
  maxAgeSeconds: 900,
  requirements: { diskEncrypted: true, minOsVersion: { macos: '14.9' } },
};

function assess(changes: Partial<PostureRecord>, requirements = settings.requirements) {
  const record = { ...laptop, ...changes };
  return assessPosture(record, { ...settings, requirements }, checkedAtMs, 'dana');
}

describe('assessPosture', () => {
  it('gives the attributes of a fresh and compliant device, and until when they hold', () => {
    expect(assess({})).toEqual({
      known: true,
      device: {
        id: 'laptop-7',
        os: 'macos',
        osVersion: '14.10.1',
        diskEncrypted: true,
        compliant: true,
        checkedAtMs,
        source: 'fleet',
      },
      freshUntilMs: checkedAtMs + 900_000,
      reasons: [],
    });
  });

  it('knows nothing of a device without a record', () => {
    const unknown = { known: false, reason: 'device-unknown' };
    expect(assessPosture(undefined, settings, checkedAtMs, 'dana')).toEqual(unknown);
  });

  it('holds a fact until the instant its age reaches the bound, and not at it', () => {
    const at = (ageMs: number) => assessPosture(laptop, settings, checkedAtMs + ageMs, 'dana');
    expect(at(899_999).known).toBe(true);
    expect(at(900_000)).toEqual({ known: false, reason: 'device-stale' });
  });

  it('treats a record from the future as stale, beyond a minute of clock skew', () => {
    const at = (aheadMs: number) => assessPosture(laptop, settings, checkedAtMs - aheadMs, 'dana');
    expect(at(60_000).known).toBe(true);
    expect(at(60_001)).toEqual({ known: false, reason: 'device-stale' });
  });

  it('treats a record as stale when a time is not a number', () => {
    expect(assess({ checkedAtMs: Number.NaN })).toEqual({ known: false, reason: 'device-stale' });
  });

  it("says nothing about somebody else's device", () => {
    const mismatch = { known: false, reason: 'device-owner-mismatch' };
    expect(assessPosture(laptop, settings, checkedAtMs, 'eve')).toEqual(mismatch);
  });

  it('accepts a device that nobody owns for any subject', () => {
    const { ownerId: _, ...shared } = laptop;
    expect(assessPosture(shared, settings, checkedAtMs, 'eve').known).toBe(true);
  });

  it.each([
    ['a requirement is violated', { diskEncrypted: false }, false, ['disk-encrypted-not-met']],
    ['the version is older', { osVersion: '14.8.9' }, false, ['os-version-not-met']],
    ['the source says so', { compliant: false }, false, ['source-non-compliant']],
    ['the version cannot be read', { osVersion: 'Sonoma' }, undefined, ['os-version-unknown']],
    ['the system is not listed', { os: 'plan9' }, undefined, ['os-version-unknown']],
    ['the system is named like a method', { os: 'toString' }, undefined, ['os-version-unknown']],
  ])('judges compliance when %s', (_case, changes, compliant, reasons) => {
    const posture = assess(changes);
    expect(posture.known && posture.device.compliant).toBe(compliant);
    expect(posture.known && posture.reasons).toEqual(reasons);
  });

  it('leaves compliance absent, whatever the source says, while a required fact is missing', () => {
    const { diskEncrypted: _, ...record } = { ...laptop, compliant: true };
    const posture = assessPosture(record, settings, checkedAtMs, 'dana');
    expect(posture.known && 'compliant' in posture.device).toBe(false);
    expect(posture.known && posture.reasons).toEqual(['disk-encrypted-unknown']);
  });

  it('takes the word of the source where the tenant requires nothing, and no word for no verdict', () => {
    const trusted = assess({ compliant: true }, {});
    expect(trusted.known && trusted.device.compliant).toBe(true);
    const silent = assess({}, { minOsVersion: {} });
    expect(silent.known && 'compliant' in silent.device).toBe(false);
    expect(silent.known && silent.reasons).toEqual(['compliance-unknown']);
  });

  it('never calls a device compliant that lacks or violates any requirement', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const flags = fc.record({
      managed: flag,
      diskEncrypted: flag,
      screenLock: flag,
      firewall: flag,
    });
    fc.assert(
      fc.property(flags, flags, (actual, required) => {
        const reported = Object.fromEntries(
          Object.entries(actual).filter(([, v]) => v !== undefined),
        );
        const record = { deviceId: 'd', checkedAtMs, source: 's', compliant: true, ...reported };
        const asked = Object.fromEntries(
          Object.entries(required).filter(([, value]) => value !== undefined),
        );
        const posture = assessPosture(
          record,
          { maxAgeSeconds: 60, requirements: asked },
          checkedAtMs,
          'dana',
        );
        const isMet = Object.entries(asked).every(([name, value]) => reported[name] === value);
        expect(posture.known && posture.device.compliant === true).toBe(isMet);
      }),
    );
  });
});

describe('postureSignal', () => {
  it('names what is wrong, and is silent about a compliant or undecided device', () => {
    expect(postureSignal({ known: false, reason: 'device-stale' })).toEqual({
      reason: 'device-stale',
    });
    expect(postureSignal(assess({ diskEncrypted: false }))).toEqual({
      reason: 'device-not-compliant',
    });
    expect(postureSignal(assess({}))).toBeUndefined();
    expect(postureSignal(assess({}, {}))).toBeUndefined();
  });
});
