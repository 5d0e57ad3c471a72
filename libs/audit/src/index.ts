/**
 * The transparency log's pure rules: canonical entries, the Merkle tree, checkpoints, proofs, evidence bundles.
 * The server proves and the browser, the command line and the auditor verify with this one code: no I/O, no clock.
 */
export type { BundleCaveat } from './bundle-caveats.js';
export * from './bundle-files.js';
export { BUNDLE_README } from './bundle-readme.js';
export * from './canonical-json.js';
export * from './checkpoint.js';
export * from './compact-range.js';
export * from './entry-bundle.js';
export * from './export-manifest.js';
export * from './log-entry.js';
export * from './merkle.js';
export * from './merkle-gaps.js';
export * from './merkle-path.js';
export * from './merkle-verify.js';
export * from './note-error.js';
export * from './note-key.js';
export { type CreateSha256, type Sha256 } from './sha256.js';
export * from './signed-note.js';
export * from './tile-path.js';
export * from './tiles.js';
export * from './tlog-proof.js';
export * from './verdict.js';
export * from './verify-bundle.js';
export * from './verify-tlog-proof.js';
