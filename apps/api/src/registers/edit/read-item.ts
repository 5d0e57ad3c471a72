import { readTenantDirectory, type JsonObject } from '@sallyport/contracts';
import { parseConsent } from '@sallyport/consent';
import { BadRequestError } from '../../platform/errors.js';
import { rowsOf, type DirectoryRow } from '../apply/directory-rows.js';
import { unstorablePath } from '../apply/storable.js';

/** The facts that are also reported one by one. */
export type ItemKind = 'device' | 'consent' | 'entity';

const FILES: Readonly<Record<ItemKind, string>> = {
  device: 'devices/body.json',
  consent: 'consents/body.json',
  entity: 'entities/body.json',
};

/**
 * Reads one item with the reader of the whole directory, so that the two never disagree on what an item may say.
 * Throws BadRequestError with the reader's own words.
 */
export function readItem(kind: ItemKind, key: readonly string[], body: JsonObject): DirectoryRow {
  const unstorable = unstorablePath([key, body]);
  if (unstorable)
    throw new BadRequestError('text with a NUL character or half a character cannot be stored');
  const files = new Map([
    ['tenant.yaml', 'name: item'],
    [FILES[kind], JSON.stringify(withKey(kind, key, body))],
  ]);
  const read = readTenantDirectory(files);
  if (!read.ok) throw new BadRequestError(read.problems.map(({ message }) => message).join(' '));
  if (kind === 'consent') refuseUnreadable(body, key);
  const row = rowsOf(read.tenant)[kind][0];
  if (row && row.key.length === key.length && row.key.every((part, at) => part === key[at])) {
    return row;
  }
  const field = kind === 'entity' ? 'uid' : 'id';
  throw new BadRequestError(`${field}: differs from the one in the path`, { field });
}

function withKey(kind: ItemKind, [first, second]: readonly string[], body: JsonObject): JsonObject {
  if (kind !== 'entity') return { id: first ?? '', ...body };
  return { uid: { type: first ?? '', id: second ?? '' }, ...body };
}

function refuseUnreadable(body: JsonObject, [id]: readonly string[]): void {
  const result = parseConsent({ id, ...body });
  if (result.ok) return;
  const { code, path } = result.error;
  const field = path === '' ? {} : { field: path };
  throw new BadRequestError(`${path === '' ? 'the consent' : path}: ${code}`, field);
}
