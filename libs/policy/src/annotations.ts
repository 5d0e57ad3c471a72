import type { JsonObject, Obligation } from '@sallyport/contracts';
import { parseDurationSeconds } from '@sallyport/contracts';
import { masksOf } from './plan/masks.js';

/** What a policy says beside allow or deny (design §4). */
export interface PolicyAnnotations {
  readonly effect: 'permit' | 'forbid';
  /** Only `enforce` decides. The others are evaluated beside it: `warn` tells whoever asked, `monitor` (or `shadow`) the log alone. */
  readonly mode: 'enforce' | 'warn' | 'monitor' | 'shadow';
  /** `@reason`: a reason code, or words for people. */
  readonly reason?: string;
  readonly obligation?: Obligation;
  readonly advice?: Obligation;
  readonly ttlSeconds?: number;
  /** `@control`: which controls the policy serves, such as `SOC2:CC6.1`. */
  readonly controls: readonly string[];
  /** `@severity`: how much a breach of the policy weighs in reports. */
  readonly severity?: Severity;
}

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

const MODES = ['enforce', 'warn', 'monitor', 'shadow'] as const;

/** An annotation whose value means nothing. */
export interface AnnotationFault {
  readonly annotation: string;
  readonly message: string;
}

type Written = Readonly<Record<string, string | null>>;

/** Reads the annotations that have a meaning here; every other one is the author's own. `policyId` becomes the id of what must be done. */
export function readAnnotations(
  policyId: string,
  effect: 'permit' | 'forbid',
  written: Written,
): { annotations: PolicyAnnotations; faults: AnnotationFault[] } {
  const faults: AnnotationFault[] = [];
  const annotations: PolicyAnnotations = {
    effect,
    mode: read('mode', oneOf(MODES), `must be ${listed(MODES)}`) ?? 'enforce',
    ...optional('reason', read('reason', textOf, 'must not be empty')),
    ...optional(
      'obligation',
      read('obligation', (text) => obligationOf(policyId, text), DUTY),
    ),
    ...optional(
      'advice',
      read('advice', (text) => dutyOf(policyId, text), DUTY),
    ),
    ...optional(
      'ttlSeconds',
      read('ttl', parseDurationSeconds, 'must be a duration such as 300, 90s, 10m or 4h'),
    ),
    controls: read('control', controlsOf, 'must name controls, such as "SOC2:CC6.1"') ?? [],
    ...optional('severity', read('severity', oneOf(SEVERITIES), `must be ${listed(SEVERITIES)}`)),
  };
  return { annotations, faults };

  function read<T>(
    annotation: string,
    parse: (text: string) => T | undefined,
    expected: string,
  ): T | undefined {
    if (!Object.hasOwn(written, annotation)) return undefined;
    const value = parse((written[annotation] ?? '').trim());
    if (value === undefined) faults.push({ annotation, message: `@${annotation} ${expected}.` });
    return value;
  }
}

const DUTY =
  'must be a type such as "step-up", or JSON such as {"type": "step-up", "properties": {…}} or {"type": "mask", "mask": {"ssn": {"method": "redact"}}}';

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [k in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [k in K]: T });
}

function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word | undefined {
  return (text) => words.find((word) => word === text);
}

function listed(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(', ');
}

function textOf(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function controlsOf(text: string): string[] | undefined {
  const controls = text.split(/[\s,]+/).filter((control) => control !== '');
  return controls.length === 0 ? undefined : [...new Set(controls)].sort();
}

/** What is meant as a mask and is none would leave a field readable. */
function obligationOf(id: string, text: string): Obligation | undefined {
  const duty = dutyOf(id, text);
  return duty === undefined || masksOf(duty) === undefined ? undefined : duty;
}

function dutyOf(id: string, text: string): Obligation | undefined {
  if (/^[A-Za-z][\w.:-]*$/.test(text)) return { id, type: text };
  const duty = parsedObject(text);
  if (typeof duty?.['type'] !== 'string' || duty['type'] === '') return undefined;
  const { type, properties, ...others } = duty;
  // What is written beside `type` and `properties` is meant as a property: {"type": "redact", "fields": ["ssn"]}.
  const all = { ...(properties as JsonObject | undefined), ...others } as JsonObject;
  return { id, type: String(type), ...(Object.keys(all).length === 0 ? {} : { properties: all }) };
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
