/** The command line: tenants as directories, decisions, and evidence that is checked without the broker. */
export { processIo } from './process-io.js';
export { runCli } from './run-cli.js';
