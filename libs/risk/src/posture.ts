import { judgePosture } from './posture-requirements.js';
import type { PostureReason, PostureRequirements } from './posture-requirements.js';
import type { RiskSignal } from './signal.js';

/** What a source last reported about a device. An absent attribute was not reported. */
export interface PostureRecord {
  readonly deviceId: string;
  readonly ownerId?: string;
  readonly managed?: boolean;
  /** Lower case, e.g. `macos`, `windows`, `linux`, `ios`, `android`, `chromeos`. */
  readonly os?: string;
  readonly osVersion?: string;
  readonly diskEncrypted?: boolean;
  readonly screenLock?: boolean;
  readonly firewall?: boolean;
  /** The source's own verdict. */
  readonly compliant?: boolean;
  readonly checkedAtMs: number;
  readonly source: string;
}

/** How old a record may be and what a compliant device must have. */
export interface PostureSettings {
  readonly maxAgeSeconds: number;
  readonly requirements: PostureRequirements;
}

/** The attributes that policies see. `compliant` is absent while it cannot be told. */
export interface DeviceFacts extends Omit<PostureRecord, 'deviceId' | 'ownerId'> {
  readonly id: string;
}

/** `freshUntilMs` is the first instant at which the device becomes unknown unless it is checked again. */
export type PostureAssessment =
  | {
      readonly known: false;
      readonly reason: 'device-unknown' | 'device-stale' | 'device-owner-mismatch';
    }
  | {
      readonly known: true;
      readonly device: DeviceFacts;
      readonly freshUntilMs: number;
      readonly reasons: readonly PostureReason[];
    };

/**
 * Turns a device's last record into facts for `subjectId`. A record that is missing, too old, dated in the future or of
 * somebody else's device gives no facts at all: unknown is neither true nor false.
 */
export function assessPosture(
  record: PostureRecord | undefined,
  settings: PostureSettings,
  nowMs: number,
  subjectId: string,
): PostureAssessment {
  if (record === undefined) return DEVICE_UNKNOWN;
  return findDoubt(record, settings, nowMs, subjectId) ?? knownPosture(record, settings);
}

/** Why the record says nothing to `subjectId` at this moment; undefined when it does. */
export function findDoubt(
  record: PostureRecord,
  settings: PostureSettings,
  nowMs: number,
  subjectId: string,
): Extract<PostureAssessment, { known: false }> | undefined {
  const { ownerId, checkedAtMs } = record;
  if (ownerId !== undefined && ownerId !== subjectId) return OWNER_MISMATCH;
  const isFresh = nowMs < freshUntil(record, settings) && checkedAtMs <= nowMs + CLOCK_SKEW_MS;
  return isFresh ? undefined : DEVICE_STALE;
}

/** What the record says as long as there is no doubt about it: the same at every moment. */
export function knownPosture(
  record: PostureRecord,
  settings: PostureSettings,
): Extract<PostureAssessment, { known: true }> {
  const { compliant, reasons } = judgePosture(record, settings.requirements);
  const freshUntilMs = freshUntil(record, settings);
  return { known: true, device: factsOf(record, compliant), freshUntilMs, reasons };
}

const DEVICE_UNKNOWN = { known: false, reason: 'device-unknown' } as const;
const DEVICE_STALE = { known: false, reason: 'device-stale' } as const;
const OWNER_MISMATCH = { known: false, reason: 'device-owner-mismatch' } as const;

function freshUntil(record: PostureRecord, settings: PostureSettings): number {
  return record.checkedAtMs + settings.maxAgeSeconds * 1000;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * Member by member, for a copy with rest and spread costs more than the judgement. The source's own verdict is left out: alone
 * it must not stand where the tenant's requirements leave the question open.
 */
function factsOf(record: PostureRecord, compliant: boolean | undefined): DeviceFacts {
  const { deviceId: id, checkedAtMs, source } = record;
  const facts: Writable<DeviceFacts> = { id, checkedAtMs, source };
  if (record.managed !== undefined) facts.managed = record.managed;
  if (record.os !== undefined) facts.os = record.os;
  if (record.osVersion !== undefined) facts.osVersion = record.osVersion;
  if (record.diskEncrypted !== undefined) facts.diskEncrypted = record.diskEncrypted;
  if (record.screenLock !== undefined) facts.screenLock = record.screenLock;
  if (record.firewall !== undefined) facts.firewall = record.firewall;
  if (compliant !== undefined) facts.compliant = compliant;
  return facts;
}

/** The signal of a device that is unknown, stale, somebody else's, or known not to comply. */
export function postureSignal(posture: PostureAssessment): RiskSignal | undefined {
  if (!posture.known) return { reason: posture.reason };
  return posture.device.compliant === false ? { reason: 'device-not-compliant' } : undefined;
}

// Devices report by their own clock; a date beyond this would keep a record fresh for as long as its author likes.
const CLOCK_SKEW_MS = 60_000;
