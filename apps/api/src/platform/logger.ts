import { type Logger, pino } from 'pino';

const STDOUT = 1;
/** What waits while nothing can be written; lines beyond it are dropped. */
const MAX_WAITING_BYTES = 1_048_576;

/** The application's log, on standard output. Where that can't be written, to a full disk for one, the process goes on without. */
export function createLogger(level: string): Logger {
  const output = pino.destination({ dest: STDOUT, sync: true, maxLength: MAX_WAITING_BYTES });
  // Unheard, a line that can't be written would end the process.
  output.on('error', () => undefined);
  return pino({ level }, output);
}
