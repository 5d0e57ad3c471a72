import { isObject, textIn } from '../read-member.js';

/** What may have turned a decision, as `GET /v1/signals` tells it. */
export interface Signal {
  /** `grant`, `token`, `device`, `consent`, `entity`, `subject`, `policy`, `pep`, `tenant`, or what later versions add. */
  readonly kind: string;
  /** Of entities and subjects. */
  readonly type: string | undefined;
  readonly id: string;
}

/** Undefined for what is none: then nothing is known of what changed. */
export function readSignal(data: string): Signal | undefined {
  try {
    const value: unknown = JSON.parse(data);
    if (!isObject(value)) return undefined;
    const { kind, type, id } = value;
    if (typeof kind !== 'string' || typeof id !== 'string') return undefined;
    return { kind, type: textIn(type), id };
  } catch {
    return undefined;
  }
}
