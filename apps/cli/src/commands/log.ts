import { ask, tenantOf } from '../broker-client.js';
import { exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { addFilters, filterOf, type FilterOptions } from '../entry-filter.js';

interface LogOptions extends FilterOptions {
  readonly tenant?: string;
  readonly limit: string;
  readonly json?: boolean;
  readonly url: string;
}

interface Listed {
  readonly index: number;
  readonly summary: string;
  readonly entry: { readonly id: string; readonly time: string; readonly type: string };
}

/** `sallyport log`: the newest entries that fit. */
export const logCommand: AddCommand = (program, io, run) => {
  const command = program
    .command('log')
    .description('show entries of the log, newest first')
    .option('-t, --tenant <id>', 'the tenant (default SALLYPORT_TENANT)')
    .option('-n, --limit <count>', 'how many, at most 200', '20')
    .option('--json', 'print the entries as JSON');
  addFilters(command);
  command.action(
    run((options: LogOptions) => log(io, { ...program.opts<{ url: string }>(), ...options })),
  );
};

async function log(io: CliIo, options: LogOptions): Promise<ExitCode> {
  const token = io.env['SALLYPORT_TOKEN'];
  const tenant = tenantOf(io, options.tenant, token);
  const filter = Object.entries(filterOf(options)).map(([name, value]) => [name, String(value)]);
  const query = new URLSearchParams([...filter, ['limit', options.limit]] as [string, string][]);
  const path = `/v1/tenants/${encodeURIComponent(tenant)}/entries?${query.toString()}`;
  const answer = await ask(io, options.url, { method: 'GET', path, token });
  const { entries } = (await answer.json()) as { entries: readonly Listed[] };
  if (options.json) io.out(JSON.stringify(entries, undefined, 2));
  else for (const { entry, summary } of entries) io.out(lineOf(entry, summary));
  return exitCodes.done;
}

/** Names in an entry come from outside and must not move the reader's cursor. */
function lineOf({ time, type, id }: Listed['entry'], summary: string): string {
  return `${time}  ${type.padEnd(18)}  ${summary}  ${id}`.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
