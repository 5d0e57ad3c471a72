import pg from 'pg';
import { answerOf, UnansweredError } from '../answer-of.js';
import { bindMessage } from './bind-message.js';
import { APPEND, type AppendedRow } from './append-sql.js';

/** Connections that have the statement prepared; one on which that failed is closed. */
const prepared = new WeakSet<pg.Connection>();

/**
 * `APPEND` with its values in PostgreSQL's binary form, written from where they are: the driver would copy a segment of a
 * hundred kilobytes into a new buffer for every write, and the garbage collector would run for little else.
 */
export class AppendQuery extends pg.Query<AppendedRow> {
  override submit: (connection: pg.Connection) => void;
  private connection: pg.Connection | undefined;

  /**
   * The index of the first entry. `values` must not change until the promise resolves; when it rejects, they are not to be used
   * again, and nobody can say whether they were written. A connection that gives no answer for `timeoutMs` is closed.
   */
  static async run(
    client: pg.ClientBase,
    values: readonly Buffer[],
    timeoutMs: number,
  ): Promise<number> {
    let query: AppendQuery | undefined;
    try {
      const [row] = await answerOf<AppendedRow>(client, timeoutMs, (answered) => {
        return (query = new AppendQuery(values, answered));
      });
      if (!row) throw new Error('the log did not say where the entries stand');
      return Number(row.first_index);
    } catch (error) {
      // What was sent after it would wait for the same answer.
      if (error instanceof UnansweredError) query?.connection?.stream.destroy();
      throw error;
    }
  }

  private constructor(
    values: readonly Buffer[],
    callback: (error: Error | undefined, result: pg.ResultBuilder<AppendedRow>) => void,
  ) {
    super({ ...APPEND }, callback);
    // Not written where the property is assigned: see `answerOf`.
    const send = (connection: pg.Connection): void => {
      this.connection = connection;
      submit(connection, values);
    };
    this.submit = send;
  }
}

function submit(connection: pg.Connection, values: readonly Buffer[]): void {
  const { stream } = connection;
  stream.cork();
  if (!prepared.has(connection)) {
    prepared.add(connection);
    connection.parse({ ...APPEND, types: [] }, true);
  }
  for (const part of bindMessage(APPEND.name, values)) stream.write(part);
  connection.describe({ type: 'P', name: '' }, true);
  connection.execute(null, true);
  connection.sync();
  stream.uncork();
}
