import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes, isWellFormed, utf8Decode, utf8Encode } from './bytes.js';
import { isCount } from './decimal.js';

/** What an evidence bundle says about itself. No signature covers it: the entries are proved, these are statements. */
export interface ExportManifest {
  readonly format: typeof BUNDLE_FORMAT;
  /** The log's name and key, and the size of the tree that all proofs lead to. */
  readonly origin: string;
  readonly vkey: string;
  readonly treeSize: number;
  /** Index of the first entry; null when there is none. */
  readonly firstIndex: number | null;
  readonly count: number;
  /** True when the indexes run on from `firstIndex` without a gap; otherwise `indexes.txt` lists them. */
  readonly contiguous: boolean;
  /** Which entries were asked for, in words. */
  readonly filter: string;
  readonly exportedBy: string;
  /** ISO 8601, UTC. */
  readonly exportedAt: string;
  readonly toolVersion: string;
  /** SHA-256 in hex of every other file, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** A bundle that can't be built, or one that does not hold. */
export class BundleError extends Error {
  override readonly name = 'BundleError';

  constructor(
    message: string,
    /** The first entry that does not hold, where the fault is an entry's. */
    readonly failingIndex?: number,
  ) {
    super(message);
  }
}

export const BUNDLE_FORMAT = 'sallyport-evidence@v2';

const MAX_TEXT_LENGTH = 4096;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * The bytes of `manifest.json`: indented, members in a fixed order, and last `selfSha256`, the hash of the members before
 * it as JSON without spaces: it shows damage, though not a forger who writes it anew. Throws BundleError for a value that is out
 * of bounds.
 */
export function encodeManifest(manifest: ExportManifest): Uint8Array {
  const problem = findProblem(manifest);
  if (problem !== undefined) throw new BundleError(`manifest.json: ${problem}`);
  const members = inOrder(manifest);
  const selfSha256 = bytesToHex(sha256(utf8Encode(JSON.stringify(members))));
  return utf8Encode(`${JSON.stringify({ ...members, selfSha256 }, undefined, 2)}\n`);
}

/** Reads `manifest.json`. Throws BundleError unless it is exactly what `encodeManifest` writes. */
export function decodeManifest(bytes: Uint8Array): ExportManifest {
  const value = parseObject(bytes);
  const problem = findProblem(value);
  if (problem !== undefined) throw new BundleError(`manifest.json: ${problem}`);
  const manifest = inOrder(value as unknown as ExportManifest);
  // A changed byte, a second member of the same name, or one that we do not know, could tell another reader another story.
  if (!equalBytes(encodeManifest(manifest), bytes)) {
    throw new BundleError('manifest.json is not in the form in which it is written');
  }
  return manifest;
}

function inOrder(manifest: ExportManifest): ExportManifest {
  const { format, origin, vkey, treeSize, firstIndex, count, contiguous } = manifest;
  const { filter, exportedBy, exportedAt, toolVersion, files } = manifest;
  const about = { format, origin, vkey, treeSize, firstIndex, count, contiguous };
  return { ...about, filter, exportedBy, exportedAt, toolVersion, files };
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(utf8Decode(bytes) ?? '');
    if (isRecord(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BundleError('manifest.json is not a JSON object');
}

/** What is wrong with these values as a manifest, naming the member; undefined when nothing is. */
function findProblem(
  value: Readonly<{ [Member in keyof ExportManifest]?: unknown }>,
): string | undefined {
  if (value.format !== BUNDLE_FORMAT) {
    return `format is not ${BUNDLE_FORMAT}: verify it with the version of the tool that it was made for`;
  }
  for (const name of ['origin', 'vkey', 'filter', 'exportedBy', 'toolVersion'] as const) {
    if (!isText(value[name])) {
      return `${name} is not a text of 1 to ${String(MAX_TEXT_LENGTH)} characters`;
    }
  }
  if (!isText(value.exportedAt) || !UTC_TIME.test(value.exportedAt)) {
    return 'exportedAt is not a UTC time in ISO 8601';
  }
  return findCountProblem(value) ?? findFilesProblem(value.files);
}

function findCountProblem(
  value: Readonly<{ [Member in keyof ExportManifest]?: unknown }>,
): string | undefined {
  const { treeSize, firstIndex, count, contiguous } = value;
  if (!isSize(treeSize)) return 'treeSize is not a non-negative integer';
  if (!isSize(count)) return 'count is not a non-negative integer';
  if (typeof contiguous !== 'boolean') return 'contiguous is not a boolean';
  if (count === 0) {
    return firstIndex === null && contiguous ? undefined : 'there are no entries, yet an index';
  }
  if (!isSize(firstIndex) || firstIndex > treeSize - count) {
    return 'firstIndex and count reach beyond treeSize';
  }
  return undefined;
}

function findFilesProblem(files: unknown): string | undefined {
  if (!isRecord(files)) return 'files is not an object';
  const wrong = Object.entries(files).find(
    ([, hash]) => typeof hash !== 'string' || !SHA256_HEX.test(hash),
  );
  return wrong === undefined ? undefined : `files: ${wrong[0]} has no SHA-256 in hex`;
}

function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_TEXT_LENGTH &&
    isWellFormed(value)
  );
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && isCount(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
