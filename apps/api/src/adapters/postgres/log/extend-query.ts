import pg from 'pg';
import { bindMessage } from './bind-message.js';
import { EXTEND, type ExtendRow } from './head-sql.js';

/** Connections that have the statement prepared; one on which that failed is closed. */
const prepared = new WeakSet<pg.Connection>();

/**
 * `EXTEND` with its values in PostgreSQL's binary form, written from where they are: the driver would copy a segment of a
 * hundred kilobytes into a new buffer for every write, and the garbage collector would run for little else.
 */
export class ExtendQuery extends pg.Query<ExtendRow> {
  override submit: (connection: pg.Connection) => void;

  /** `values` must not change until the promise resolves; when it rejects, they are not to be used again. */
  static run(client: pg.ClientBase, values: readonly Buffer[]): Promise<ExtendRow | undefined> {
    return new Promise((resolve, reject) => {
      client.query(
        new ExtendQuery(values, (error, result) => {
          if (error) reject(error);
          else resolve(result.rows[0]);
        }),
      );
    });
  }

  private constructor(
    values: readonly Buffer[],
    callback: (error: Error | undefined, result: pg.ResultBuilder<ExtendRow>) => void,
  ) {
    super({ ...EXTEND }, callback);
    this.submit = (connection) => submit(connection, values);
  }
}

function submit(connection: pg.Connection, values: readonly Buffer[]): void {
  const { stream } = connection;
  stream.cork();
  if (!prepared.has(connection)) {
    prepared.add(connection);
    connection.parse({ ...EXTEND, types: [] }, true);
  }
  for (const part of bindMessage(EXTEND.name, values)) stream.write(part);
  connection.describe({ type: 'P', name: '' }, true);
  connection.execute(null, true);
  connection.sync();
  stream.uncork();
}
