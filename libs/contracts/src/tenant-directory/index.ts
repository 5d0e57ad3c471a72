/** A tenant as a directory (design §8): read with every problem at once, written back as it was. */
export type * from './access-rule.js';
export type * from './definition.js';
export type * from './pep.js';
export type * from './problem.js';
export type * from './settings.js';
