import type pg from 'pg';

/** Nobody can say whether the statement was carried out. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

type Answered<Row extends object> = (
  error: Error | undefined,
  result: pg.ResultBuilder<Row>,
) => void;

/**
 * The rows that the database answers to a query of one statement, which calls `answered`. Rejects with UnansweredError after `timeoutMs`; the connection is then of no use.
 *
 * Instead of the driver's promise and its `query_timeout`, which both write a function where a property is assigned: V8 takes such a function for
 * one that stays. Only a collection of the whole heap frees it, and with it the query, its values and its rows.
 */
export function answerOf<Row extends object>(
  client: pg.ClientBase,
  timeoutMs: number,
  query: (answered: Answered<Row>) => pg.Submittable,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new UnansweredError('the database did not answer in time')),
      timeoutMs,
    );
    const asked = query((error, result) => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve(result.rows);
    });
    client.query(asked);
  });
}
