/** What a data layer asks, and what it is told: which rows, and which of their fields. */
export type * from './data-table.js';
export * from './filter.js';
export { filterMatches, type FieldValue, type ReadField } from './filter-matches.js';
export * from './plan.js';
