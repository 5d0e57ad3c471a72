/** What a gateway denied and sent a person here for; it comes in the address, so it fills in and proves nothing. */
export interface DeniedQuestion {
  readonly action: string;
  readonly type: string;
  readonly id: string;
  readonly decision?: string;
}

const MAX_TEXT_LENGTH = 256;
const MAX_ID_LENGTH = 1024;

/** `?action=…&type=…&id=…&decision=…`; empty unless all of the question is there. */
export function readDeniedQuestion(
  search: Readonly<Record<string, unknown>>,
): Partial<DeniedQuestion> {
  const action = shortText(search['action'], MAX_TEXT_LENGTH);
  const type = shortText(search['type'], MAX_TEXT_LENGTH);
  const id = shortText(search['id'], MAX_ID_LENGTH);
  const decision = shortText(search['decision'], MAX_TEXT_LENGTH);
  if (action === undefined || type === undefined || id === undefined) return {};
  return { action, type, id, ...(decision === undefined ? {} : { decision }) };
}

/** The question, where the address holds a whole one. Read again, for the router hands on what validation left out. */
export function deniedQuestion(search: Partial<DeniedQuestion>): DeniedQuestion | undefined {
  const { action, type, id, ...rest } = readDeniedQuestion({ ...search });
  if (action === undefined || type === undefined || id === undefined) return undefined;
  return { action, type, id, ...rest };
}

function shortText(value: unknown, max: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= max ? value : undefined;
}
