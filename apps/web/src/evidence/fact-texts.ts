import { formatDuration } from '../ui/durations.js';
import { bool, list, member, num, record, text, type JsonRecord } from './json-read.js';

/** A device as it was known when the question came at `askedMs`; undefined when none was. */
export function deviceText(device: JsonRecord, askedMs: number): string | undefined {
  const id = text(device['id']);
  if (id === undefined) return undefined;
  const checkedMs = num(device['checkedAtMs']);
  const parts = [
    id,
    yesNo(bool(device['diskEncrypted']), 'disk encrypted', 'disk not encrypted'),
    yesNo(bool(device['compliant']), 'compliant', 'not compliant'),
    yesNo(bool(device['managed']), 'managed', 'not managed'),
    checkedMs === undefined
      ? undefined
      : `checked ${formatDuration((askedMs - checkedMs) / 1000)} before`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Where the question came from. */
export function placeText(network: JsonRecord): string | undefined {
  const ip = text(network['ip']);
  if (ip === undefined) return undefined;
  const anonymized = bool(network['anonymizer']) === true ? ', behind an anonymizer' : '';
  return `${text(network['country']) ?? 'country unknown'} (${ip})${anonymized}`;
}

/** Risk in words, with what raised it. */
export function riskText(risk: JsonRecord): string | undefined {
  const score = num(risk['score']);
  if (score === undefined) return undefined;
  const reasons = list(risk['reasons']).filter((reason) => typeof reason === 'string');
  return `${text(risk['level']) ?? ''} (${score} of 100)${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`.trim();
}

/** Consent of the data subject, for what and by which directive. */
export function consentText(consent: JsonRecord): string | undefined {
  const status = text(consent['status']);
  if (status === undefined) return undefined;
  const purpose = member(consent, 'purpose', (value) => `, for ${value}`) ?? '';
  return `${status}${purpose}${member(consent, 'directive', (value) => `, by ${value}`) ?? ''}`;
}

/** Grants that were live at `askedMs`, with the time that they had left. */
export function grantsText(grants: readonly unknown[], askedMs: number): string {
  if (grants.length === 0) return 'none';
  return grants
    .map((item) => {
      const grant = record(item);
      const endsMs = num(grant['endsAtMs']);
      const left =
        endsMs === undefined ? '' : `, ${formatDuration((endsMs - askedMs) / 1000)} left`;
      return `${text(record(grant['role'])['id']) ?? 'a role'}${left}`;
    })
    .join('; ');
}

function yesNo(value: boolean | undefined, yes: string, no: string): string | undefined {
  return value === undefined ? undefined : value ? yes : no;
}
