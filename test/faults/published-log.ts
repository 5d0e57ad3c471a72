import {
  decodeEntry,
  decodeEntryBundle,
  entriesPath,
  leafHash,
  merkleRoot,
  verifyCheckpoint,
} from '@sallyport/audit';
import type { Demo } from '../e2e/support/demo.js';

export interface LoggedEntry {
  readonly type: string;
  readonly id: string;
  readonly time: string;
  readonly decision?: boolean;
  readonly grantId?: string;
}

export interface PublishedLog {
  readonly checkpoint: { readonly size: number; readonly root: Uint8Array };
  readonly entries: ReadonlyMap<string, LoggedEntry>;
  /** Root over the first `size` entries. */
  rootAt(size: number): Uint8Array;
}

const BUNDLE = 256;

/**
 * Reads the whole log over HTTP as an auditor would, and believes nothing: the checkpoint's signature must verify, and the
 * root over the very bytes that were read must be the one it signs. That proves the inclusion of every entry at once.
 */
export async function readPublishedLog({ client, adminToken }: Demo): Promise<PublishedLog> {
  const get = async (path: string) => {
    const answer = await fetch(`${client.url}/log/acme/${path}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const text = async (path: string) => Buffer.from(await get(path)).toString('utf8');
  const { size, root } = verifyCheckpoint(await text('checkpoint'), (await text('vkey')).trim());
  const bytes: Uint8Array[] = [];
  for (let first = 0; first < size; first += BUNDLE) {
    const width = Math.min(BUNDLE, size - first);
    bytes.push(...decodeEntryBundle(await get(entriesPath(first / BUNDLE, width))));
  }
  const hashes = bytes.map(leafHash);
  if (Buffer.compare(merkleRoot(hashes), root) !== 0)
    throw new Error('the entries are not those that the checkpoint signs');
  const decoded = bytes.map((entry) => decodeEntry(entry) as unknown as LoggedEntry);
  return {
    checkpoint: { size, root },
    entries: new Map(decoded.map((entry) => [entry.id, entry])),
    rootAt: (count) => merkleRoot(hashes.slice(0, count)),
  };
}
