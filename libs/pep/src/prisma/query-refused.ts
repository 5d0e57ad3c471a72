/** A query that can't be made to show only what may be seen. It was not run. */
export class QueryRefusedError extends Error {
  override readonly name = 'QueryRefusedError';
  readonly code = 'query-refused';
}
