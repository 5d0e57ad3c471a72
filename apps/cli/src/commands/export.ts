import { ask, tenantOf } from '../broker-client.js';
import { exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { addFilters, filterOf, type FilterOptions } from '../entry-filter.js';
import { writeOutput } from '../write-file.js';

interface ExportOptions extends FilterOptions {
  readonly tenant?: string;
  readonly output: string;
  readonly url: string;
}

const TIMEOUT_MS = 300_000;

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
  const bytes = Buffer.from(await answer.arrayBuffer());
  writeOutput(options.output, bytes);
  io.out(
    `${options.output}: ${bytes.length} bytes. Check it with: sallyport verify ${options.output}`,
  );
  return exitCodes.done;
}
