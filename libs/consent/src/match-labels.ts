import type { ConsentRuling } from './consent-directive.js';

/**
 * Whether a provision for data labelled `wanted` speaks of data labelled `actual`. Confidentiality is a high-water mark
 * (FHIR R4 Consent.provision.securityLabel): what permits N covers everything up to N, what denies R everything from R up.
 */
export function matchesLabels(
  wanted: readonly string[],
  actual: readonly string[],
  ruling: ConsentRuling,
): boolean {
  const isConfidential = (label: string) => LEVELS.includes(label);
  if (actual.some((label) => !isConfidential(label) && wanted.includes(label))) return true;
  const level = Math.max(...actual.map((label) => LEVELS.indexOf(label)), -1);
  const bounds = wanted.filter(isConfidential).map((label) => LEVELS.indexOf(label));
  if (level === -1 || bounds.length === 0) return false;
  return ruling === 'permit' ? level <= Math.max(...bounds) : level >= Math.min(...bounds);
}

// Unrestricted, low, moderate, normal, restricted, very restricted.
const LEVELS = ['U', 'L', 'M', 'N', 'R', 'V'];
