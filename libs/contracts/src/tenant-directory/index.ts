/** A tenant as a directory (design §8): read with every problem at once, written back as it was. */
export type * from './access-rule.js';
export type * from './definition.js';
export { didYouMean } from './did-you-mean.js';
export { formatDuration, parseDurationSeconds } from './duration.js';
export { formatEntityReference, parseEntityReference } from './entity-reference.js';
export { escapeTypeName, unescapeTypeName } from './entity-type.js';
export { type FilledFile, fillSecrets, isPlaceholder } from './fill-secrets.js';
export { LineIndex } from './line-index.js';
export type * from './pep.js';
export type * from './problem.js';
export { readTenantDirectory, type TenantDirectoryResult } from './read-tenant-directory.js';
export type * from './settings.js';
export { writeTenantDirectory } from './write-tenant-directory.js';
