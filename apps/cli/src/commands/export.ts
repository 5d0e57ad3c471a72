import type { ReadableStream } from 'node:stream/web';
import { ask, tenantOf } from '../broker-client.js';
import { CliError, exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { addFilters, filterOf, type FilterOptions } from '../entry-filter.js';
import { writeStream } from '../write-file.js';

interface ExportOptions extends FilterOptions {
  readonly tenant?: string;
  readonly output: string;
  readonly url: string;
}

/** From the first byte to the last: a log of years takes hours. */
const TIMEOUT_MS = 12 * 60 * 60 * 1_000;

/** `sallyport export`: evidence as a ZIP that `sallyport verify` checks without the broker. */
export const exportCommand: AddCommand = (program, io, run) => {
  const command = program
    .command('export')
    .description('write entries of the log, with their proofs, to a ZIP')
    .requiredOption('-o, --output <file.zip>', 'where to write')
    .option('-t, --tenant <id>', 'the tenant (default SALLYPORT_TENANT)');
  addFilters(command);
  command.action(
    run((options: ExportOptions) =>
      exportEvidence(io, { ...program.opts<{ url: string }>(), ...options }),
    ),
  );
};

async function exportEvidence(io: CliIo, options: ExportOptions): Promise<ExitCode> {
  const token = io.env['SALLYPORT_TOKEN'];
  const tenant = tenantOf(io, options.tenant, token);
  const answer = await ask(io, options.url, {
    method: 'POST',
    path: `/v1/tenants/${encodeURIComponent(tenant)}/exports`,
    body: { filter: filterOf(options) },
    token,
    timeoutMs: TIMEOUT_MS,
  });
  const body = answer.body as ReadableStream<Uint8Array> | null;
  if (!body) throw new CliError('the broker sent nothing', exitCodes.unreachable);
  const length = await writeStream(options.output, body);
  io.out(`${options.output}: ${length} bytes. Check it with: sallyport verify ${options.output}`);
  return exitCodes.done;
}
