import type { PostureRecord } from './posture.js';
import { compareVersions } from './versions.js';

/** What a compliant device must have; an absent requirement is not asked for. */
export interface PostureRequirements {
  readonly managed?: boolean;
  readonly diskEncrypted?: boolean;
  readonly screenLock?: boolean;
  readonly firewall?: boolean;
  /** Operating system to its oldest acceptable version ("0": any). A system that is not listed leaves compliance unknown. */
  readonly minOsVersion?: Readonly<Record<string, string>>;
}

/** Why a device does not comply (`…-not-met`, `source-non-compliant`) or cannot be said to (`…-unknown`). */
export type PostureReason =
  | `${Attribute}-${'not-met' | 'unknown'}`
  | `os-version-${'not-met' | 'unknown'}`
  | 'source-non-compliant'
  | 'compliance-unknown';

/** `compliant` is undefined while no requirement is violated and at least one cannot be judged. */
export interface PostureJudgement {
  readonly compliant: boolean | undefined;
  readonly reasons: readonly PostureReason[];
}

/** Judges a record in three values: one violation makes it non-compliant, else one unknown leaves it open. */
export function judgePosture(
  record: PostureRecord,
  requirements: PostureRequirements,
): PostureJudgement {
  const found: Findings = { reasons: [], isViolated: false };
  judgeAttribute('managed', requirements.managed, record.managed, found);
  judgeAttribute('disk-encrypted', requirements.diskEncrypted, record.diskEncrypted, found);
  judgeAttribute('screen-lock', requirements.screenLock, record.screenLock, found);
  judgeAttribute('firewall', requirements.firewall, record.firewall, found);
  judgeOsVersion(record, requirements.minOsVersion, found);
  if (record.compliant === false) violate('source-non-compliant', found);
  const { reasons, isViolated } = found;
  if (isViolated) return { compliant: false, reasons };
  if (reasons.length > 0) return { compliant: undefined, reasons };
  const isJudged = record.compliant === true || asksAnything(requirements);
  return isJudged ? COMPLIANT : NOT_JUDGED;
}

/** Filled in place: devices are judged while a decision waits. */
interface Findings {
  readonly reasons: PostureReason[];
  isViolated: boolean;
}

type Attribute = 'managed' | 'disk-encrypted' | 'screen-lock' | 'firewall';

const COMPLIANT: PostureJudgement = { compliant: true, reasons: [] };
const NOT_JUDGED: PostureJudgement = { compliant: undefined, reasons: ['compliance-unknown'] };

function judgeAttribute(
  attribute: Attribute,
  required: boolean | undefined,
  actual: boolean | undefined,
  found: Findings,
): void {
  if (required === undefined || actual === required) return;
  if (actual === undefined) found.reasons.push(`${attribute}-unknown`);
  else violate(`${attribute}-not-met`, found);
}

function judgeOsVersion(
  record: PostureRecord,
  minimums: PostureRequirements['minOsVersion'],
  found: Findings,
): void {
  if (!hasMinimums(minimums)) return;
  const isListed = record.os !== undefined && Object.hasOwn(minimums, record.os);
  const minimum = isListed ? minimums[record.os] : undefined;
  const order = compareVersions(record.osVersion ?? '', minimum ?? '');
  if (order === undefined) found.reasons.push('os-version-unknown');
  else if (order < 0) violate('os-version-not-met', found);
}

function violate(reason: PostureReason, found: Findings): void {
  found.reasons.push(reason);
  found.isViolated = true;
}

function asksAnything(requirements: PostureRequirements): boolean {
  const { managed, diskEncrypted, screenLock, firewall, minOsVersion } = requirements;
  return (
    managed !== undefined ||
    diskEncrypted !== undefined ||
    screenLock !== undefined ||
    firewall !== undefined ||
    hasMinimums(minOsVersion)
  );
}

function hasMinimums(
  minimums: PostureRequirements['minOsVersion'],
): minimums is Readonly<Record<string, string>> {
  if (minimums === undefined) return false;
  for (const system in minimums) if (Object.hasOwn(minimums, system)) return true;
  return false;
}
