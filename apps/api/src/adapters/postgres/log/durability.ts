import type { Database } from '../database.js';

/** What a setting of the server must not be, or what it promised to have written may be gone after a crash. */
const UNSAFE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } as const;

const ANSWER_MS = 10_000;

/** The server would acknowledge commits that a crash of its machine takes back: the log would not hold what was answered. */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError';
}

/** Settings of the server, as our connections see them, that make commits not durable; none when all is well. */
export async function unsafeSettings({ pool }: Pick<Database, 'pool'>): Promise<string[]> {
  const names = Object.keys(UNSAFE) as (keyof typeof UNSAFE)[];
  const columns = names.map((name) => `current_setting('${name}') AS ${name}`);
  const statement = { text: `SELECT ${columns.join(', ')}`, query_timeout: ANSWER_MS };
  const { rows } = await pool.query<Record<keyof typeof UNSAFE, string>>(statement);
  return names.filter((name) => rows[0]?.[name] === UNSAFE[name]);
}

/**
 * Hears about a server that may lose what it acknowledged, and goes on; or closes the database and rejects with
 * NotDurableError, which names the settings.
 */
export async function judgeDurability(
  database: Pick<Database, 'pool' | 'close'>,
  notDurable: 'refuse' | 'warn',
  warn: (error: NotDurableError) => void,
): Promise<void> {
  try {
    const unsafe = await unsafeSettings(database);
    if (unsafe.length === 0) return;
    const error = new NotDurableError(
      `PostgreSQL has ${unsafe.map((name) => `${name} = off`).join(', ')}: after a crash of its machine, decisions that were ` +
        'answered may be missing from the log. Turn it on, or set SALLYPORT_AUDIT_NOT_DURABLE=warn to accept that',
    );
    if (notDurable === 'refuse') throw error;
    warn(error);
  } catch (error) {
    await database.close();
    throw error;
  }
}
