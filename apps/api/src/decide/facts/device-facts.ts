import type { DeviceFacts, EntityRef, ReasonCode } from '@sallyport/contracts';
import { assessPosture, postureSignal, type RiskSignal } from '@sallyport/risk';
import type { TenantFacts } from '../../registers/facts.ports.js';

export interface DeviceFinding {
  readonly device?: DeviceFacts;
  readonly signal: RiskSignal | undefined;
  readonly missing: readonly ReasonCode[];
}

/** The device the subject uses, as far as a fresh record of it exists and it is the subject's own. */
export function findDevice(
  tenant: TenantFacts,
  subject: EntityRef,
  deviceId: string | undefined,
  nowMs: number,
): DeviceFinding {
  const record = deviceId === undefined ? undefined : tenant.device(deviceId);
  const posture = assessPosture(record, tenant.settings.posture, nowMs, subject.id);
  const signal = postureSignal(posture);
  if (!posture.known) return { signal, missing: [posture.reason] };
  const { source: _, ...attributes } = posture.device;
  return { device: { ...attributes, freshUntilMs: posture.freshUntilMs }, signal, missing: [] };
}
