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
  const findings = [
    ...attributes.map((attribute) => judgeAttribute(attribute, record, requirements)),
    judgeOsVersion(record, requirements.minOsVersion),
    record.compliant === false ? violated('source-non-compliant') : undefined,
  ].filter((finding) => finding !== undefined);
  const reasons = findings.map((finding) => finding.reason);
  if (findings.some((finding) => finding.isViolation)) return { compliant: false, reasons };
  if (findings.length > 0) return { compliant: undefined, reasons };
  const isJudged = record.compliant === true || asksAnything(requirements);
  if (!isJudged) return { compliant: undefined, reasons: ['compliance-unknown'] };
  return { compliant: true, reasons };
}

type Attribute = 'managed' | 'disk-encrypted' | 'screen-lock' | 'firewall';
type Finding = { readonly reason: PostureReason; readonly isViolation: boolean } | undefined;

const fields = {
  managed: 'managed',
  'disk-encrypted': 'diskEncrypted',
  'screen-lock': 'screenLock',
  firewall: 'firewall',
} as const;
const attributes = ['managed', 'disk-encrypted', 'screen-lock', 'firewall'] as const;

function judgeAttribute(
  attribute: Attribute,
  record: PostureRecord,
  requirements: PostureRequirements,
): Finding {
  const required = requirements[fields[attribute]];
  const actual = record[fields[attribute]];
  if (required === undefined || actual === required) return undefined;
  return actual === undefined ? open(`${attribute}-unknown`) : violated(`${attribute}-not-met`);
}

function judgeOsVersion(
  record: PostureRecord,
  minimums: PostureRequirements['minOsVersion'],
): Finding {
  if (!hasMinimums(minimums)) return undefined;
  const isListed = record.os !== undefined && Object.hasOwn(minimums, record.os);
  const minimum = isListed ? minimums[record.os] : undefined;
  const order = compareVersions(record.osVersion ?? '', minimum ?? '');
  if (order === undefined) return open('os-version-unknown');
  return order < 0 ? violated('os-version-not-met') : undefined;
}

function asksAnything(requirements: PostureRequirements): boolean {
  const isAsked = attributes.some((attribute) => requirements[fields[attribute]] !== undefined);
  return isAsked || hasMinimums(requirements.minOsVersion);
}

function hasMinimums(
  minimums: PostureRequirements['minOsVersion'],
): minimums is Readonly<Record<string, string>> {
  return minimums !== undefined && Object.keys(minimums).length > 0;
}

function violated(reason: PostureReason): Finding {
  return { reason, isViolation: true };
}

function open(reason: PostureReason): Finding {
  return { reason, isViolation: false };
}
