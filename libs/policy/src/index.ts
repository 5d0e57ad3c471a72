/** The policy decision point: Cedar policies, the record they see, the entities they walk, and the reasons of an answer. */
export type * from './annotations.js';
export type * from './engine.js';
