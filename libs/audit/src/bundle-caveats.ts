import type { ExportManifest } from './export-manifest.js';

/** Something that a good bundle still does not show. */
export interface BundleCaveat {
  readonly code:
    | 'key-from-bundle'
    | 'other-key-in-manifest'
    | 'part-of-log'
    | 'filter-not-proved'
    | 'manifest-not-signed';
  readonly text: string;
}

/** What an auditor must know beside "it verifies". `vkey` is the key that the auditor brought, if any. */
export function caveatsOf(
  manifest: ExportManifest,
  manifestSha256: string,
  vkey: string | undefined,
): BundleCaveat[] {
  return [
    ...keyCaveats(manifest, vkey),
    ...coverageCaveats(manifest),
    {
      code: 'manifest-not-signed',
      text:
        'Who exported this, when and with which filter is what manifest.json states; no signature covers it. ' +
        `Where the export itself was logged, compare the manifest's SHA-256: ${manifestSha256}.`,
    },
  ];
}

function keyCaveats(manifest: ExportManifest, vkey: string | undefined): BundleCaveat[] {
  if (vkey === undefined) {
    const text =
      'The key came from the bundle itself, so this shows only that the bundle agrees with itself, not whose log it is. ' +
      `Compare ${manifest.vkey} with the key that you have from a source you trust.`;
    return [{ code: 'key-from-bundle', text }];
  }
  if (vkey === manifest.vkey) return [];
  return [
    {
      code: 'other-key-in-manifest',
      text: 'The manifest names another key than the one you gave; yours was used.',
    },
  ];
}

function coverageCaveats({
  contiguous,
  count,
  firstIndex,
  treeSize,
}: ExportManifest): BundleCaveat[] {
  if (contiguous && count === treeSize) return [];
  if (!contiguous || count === 0) {
    const text =
      'Each entry here is proved to be in the log. That no other entry fits the filter is not proved: ' +
      'it takes the whole range of the log to check that.';
    return [{ code: 'filter-not-proved', text }];
  }
  const first = firstIndex ?? 0;
  const range = `${String(first)} to ${String(first + count - 1)}`;
  return [
    {
      code: 'part-of-log',
      text: `Entries ${range} are here without a gap; the log has ${String(treeSize)} entries in all.`,
    },
  ];
}
