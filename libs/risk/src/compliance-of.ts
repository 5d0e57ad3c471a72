import { assessPosture, type PostureRecord, type PostureSettings } from './posture.js';

/** Whether a device complies, judged as live decisions do, at the moment it was checked. */
export function complianceOf(
  device: PostureRecord,
  requirements: PostureSettings['requirements'],
): { readonly compliant: boolean | undefined } {
  const settings = { maxAgeSeconds: 1, requirements };
  const assessment = assessPosture(device, settings, device.checkedAtMs, '');
  return { compliant: assessment.known ? assessment.device.compliant : undefined };
}
