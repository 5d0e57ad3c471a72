/** The words on the wire: types and schemas shared by every door, the libraries, the console and the command line. */
export * from './decision.js';
export * from './log-entries.js';
export * from './plan/index.js';
export * from './reasons.js';
export * from './tenant-directory/index.js';
