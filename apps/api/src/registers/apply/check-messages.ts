import { BadRequestError } from '../../platform/errors.js';
import type { Checked } from './check-directory.js';
import type { Refused } from './tenant-plan.js';

/** The parts of a tenant that may be long. */
const PARTS = ['entities', 'devices', 'consents'] as const;
type Part = (typeof PARTS)[number];

/** Items per message: receiving one is one turn of the receiver's event loop. */
const ITEMS_PER_MESSAGE = 500;

/** What a thread says of a directory, in pieces; the last one is the verdict. */
export type CheckMessage =
  | { readonly kind: 'items'; readonly part: Part; readonly items: readonly unknown[] }
  | { readonly kind: 'verdict'; readonly verdict: Checked | Refused }
  /** Nothing could be read. */
  | { readonly kind: 'bad-request'; readonly message: string; readonly field?: string };

/** What a check says, whichever way it ends. */
export function* messagesOfCheck(check: () => Checked | Refused): IterableIterator<CheckMessage> {
  try {
    yield* messagesOf(check());
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    const { message, field } = error;
    yield { kind: 'bad-request', message, ...(field === undefined ? {} : { field }) };
  }
}

/** Takes a verdict apart. */
export function* messagesOf(verdict: Checked | Refused): IterableIterator<CheckMessage> {
  if (!verdict.ok) {
    yield { kind: 'verdict', verdict };
    return;
  }
  const { tenant } = verdict;
  for (const part of PARTS) {
    for (let at = 0; at < tenant[part].length; at += ITEMS_PER_MESSAGE) {
      yield { kind: 'items', part, items: tenant[part].slice(at, at + ITEMS_PER_MESSAGE) };
    }
  }
  const rest = { ...tenant, entities: [], devices: [], consents: [] };
  yield { kind: 'verdict', verdict: { ...verdict, tenant: rest } };
}

/** Puts a verdict together again. */
export class VerdictAssembler {
  private readonly parts: Record<Part, unknown[]> = { entities: [], devices: [], consents: [] };

  /** The verdict, once its last message came. Throws BadRequestError. */
  take(message: CheckMessage): Checked | Refused | undefined {
    if (message.kind === 'bad-request') throw new BadRequestError(message.message, message);
    if (message.kind === 'items') {
      for (const item of message.items) this.parts[message.part].push(item);
      return undefined;
    }
    const { verdict } = message;
    if (!verdict.ok) return verdict;
    return { ...verdict, tenant: { ...verdict.tenant, ...this.parts } as Checked['tenant'] };
  }
}
