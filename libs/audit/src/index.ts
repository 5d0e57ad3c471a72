/**
 * The transparency log's pure rules: canonical entries, the Merkle tree, checkpoints, proofs, evidence bundles.
 * The server proves and the browser, the command line and the auditor verify with this one code: no I/O, no clock.
 */
export * from './compact-range.js';
export * from './merkle.js';
export * from './merkle-path.js';
export * from './merkle-verify.js';
