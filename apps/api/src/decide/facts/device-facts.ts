import type { DeviceFacts, EntityRef, ReasonCode } from '@sallyport/contracts';
import {
  findDoubt,
  knownPosture,
  type DeviceFacts as PostureFacts,
  type PostureRecord,
  type PostureSettings,
  postureSignal,
  type RiskSignal,
} from '@sallyport/risk';
import type { TenantFacts } from '../../registers/facts.ports.js';
import { Remembered } from './remembered.js';

export interface DeviceFinding {
  readonly device: DeviceFacts | undefined;
  readonly signal: RiskSignal | undefined;
  /** Why there is no device; undefined where there is one. */
  readonly missing: ReasonCode | undefined;
}

const UNKNOWN: DeviceFinding = {
  device: undefined,
  signal: { reason: 'device-unknown' },
  missing: 'device-unknown',
};

/** The device the subject uses, as far as a fresh record of it exists and it is the subject's own. */
export function findDevice(
  tenant: TenantFacts,
  subject: EntityRef,
  deviceId: string | undefined,
  nowMs: number,
): DeviceFinding {
  const record = deviceId === undefined ? undefined : tenant.device(deviceId);
  if (record === undefined) return UNKNOWN;
  const settings = tenant.settings.posture;
  const doubt = findDoubt(record, settings, nowMs, subject.id);
  if (!doubt) return findings.get(settings).get(record);
  return { device: undefined, signal: postureSignal(doubt), missing: doubt.reason };
}

/** By the tenant's settings, then by record: neither changes, another one takes its place. */
const findings = new Remembered(
  (settings: PostureSettings) =>
    new Remembered((record: PostureRecord): DeviceFinding => {
      const posture = knownPosture(record, settings);
      const device = factsOf(posture.device, posture.freshUntilMs);
      return { device, signal: postureSignal(posture), missing: undefined };
    }),
);

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** All but the source. Member by member, for a copy with rest and spread costs more than the judgement. */
function factsOf(device: PostureFacts, freshUntilMs: number): DeviceFacts {
  const { id, checkedAtMs } = device;
  const facts: Writable<DeviceFacts> = { id, checkedAtMs, freshUntilMs };
  if (device.managed !== undefined) facts.managed = device.managed;
  if (device.compliant !== undefined) facts.compliant = device.compliant;
  if (device.os !== undefined) facts.os = device.os;
  if (device.osVersion !== undefined) facts.osVersion = device.osVersion;
  if (device.diskEncrypted !== undefined) facts.diskEncrypted = device.diskEncrypted;
  if (device.screenLock !== undefined) facts.screenLock = device.screenLock;
  if (device.firewall !== undefined) facts.firewall = device.firewall;
  return facts;
}
