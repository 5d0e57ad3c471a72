import { writeFileSync } from 'node:fs';
import { ask, tenantOf } from '../broker-client.js';
import { CliError, exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';

interface ExportOptions {
  readonly tenant?: string;
  readonly output: string;
  readonly url: string;
  readonly decision?: string;
  readonly [filter: string]: string | undefined;
}

/** Options that go into the filter as they are; the names of `EntryFilter` in docs/schema.graphql. */
const FILTERS = {
  type: 'kind of entry, for example decision',
  subject: 'id of the subject',
  action: 'name of the action',
  resourceType: 'type of the resource',
  resourceId: 'id of the resource',
  reason: 'reason code',
  pep: 'name of the enforcement point',
  grantId: 'id of the grant',
  requestId: 'id of the access request',
  policyVersion: 'policy version',
  from: 'not before this ISO time',
  to: 'before this ISO time',
  text: 'part of an id or a name',
} as const;

const TIMEOUT_MS = 300_000;

/** `sallyport export`: evidence as a ZIP that `sallyport verify` checks without the broker. */
export const exportCommand: AddCommand = (program, io, run) => {
  const command = program
    .command('export')
    .description('write entries of the log, with their proofs, to a ZIP')
    .requiredOption('-o, --output <file.zip>', 'where to write')
    .option('-t, --tenant <id>', 'the tenant (default SALLYPORT_TENANT)')
    .option('--decision <permit|deny>', 'decisions with this answer');
  for (const [name, description] of Object.entries(FILTERS)) {
    command.option(`--${kebab(name)} <value>`, description);
  }
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
  write(options.output, bytes);
  io.out(
    `${options.output}: ${bytes.length} bytes. Check it with: sallyport verify ${options.output}`,
  );
  return exitCodes.done;
}

function filterOf(options: ExportOptions): Record<string, unknown> {
  const given = Object.keys(FILTERS).filter((name) => options[name] !== undefined);
  const filter = Object.fromEntries(given.map((name) => [name, options[name]]));
  const { decision } = options;
  if (decision === undefined) return filter;
  if (decision === 'permit' || decision === 'deny') {
    return { ...filter, decision: decision === 'permit' };
  }
  throw new CliError('--decision is permit or deny', exitCodes.usage);
}

function write(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliError(`${file} cannot be written: ${code}`, exitCodes.usage);
  }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
