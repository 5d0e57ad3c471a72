import { Command, CommanderError } from 'commander';
import { CliError, exitCodes, type CliIo, type ExitCode } from './cli-io.js';
import { applyCommand } from './commands/apply.js';
import { decideCommand } from './commands/decide.js';
import { exportCommand } from './commands/export.js';
import { logCommand } from './commands/log.js';
import { proofCommand } from './commands/proof.js';
import { testCommand } from './commands/test.js';
import { verifyCommand } from './commands/verify.js';

const commands = [
  applyCommand,
  testCommand,
  decideCommand,
  logCommand,
  proofCommand,
  exportCommand,
  verifyCommand,
];

const HELP = `
Environment:
  SALLYPORT_URL     the broker (default http://127.0.0.1:8080)
  SALLYPORT_TOKEN   an admin or API token; for decide, an enforcement point's key
  SALLYPORT_TENANT  the tenant, where the token does not say it

Exit codes:
  0  done
  1  checked, and found wrong: a directory, a golden case, evidence
  2  wrong use
  3  the broker refused
  4  the broker could not be reached
`;

/** Runs one command line; resolves with the exit code and never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const run =
    <Rest extends unknown[]>(command: (...rest: Rest) => Promise<ExitCode>) =>
    async (...rest: Rest): Promise<void> => {
      exitCode = await command(...rest);
    };
  const program = new Command('sallyport')
    .description('Zero-trust access broker: tenants as code, decisions, evidence.')
    .option('--url <url>', 'the broker', io.env['SALLYPORT_URL'] || 'http://127.0.0.1:8080')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    });
  for (const add of commands) add(program, io, run);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(error, io);
  }
}

function failed(error: unknown, io: CliIo): ExitCode {
  // Commander has printed its own sentence.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CliError) {
    io.err(`sallyport: ${error.message}`);
    return error.exitCode;
  }
  io.err(`sallyport: ${error instanceof Error ? error.message : String(error)}`);
  return exitCodes.wrong;
}
