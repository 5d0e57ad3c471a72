import { fillSecrets, readTenantDirectory, type Problem } from '@sallyport/contracts';
import { ask } from '../broker-client.js';
import { CliError, exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { readTextDirectory } from '../read-directory.js';
import { planLines, type ShownPlan } from '../show-plan.js';
import { problemLine } from '../show-problems.js';

interface ApplyOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly url: string;
}

const TIMEOUT_MS = 300_000;

/** `sallyport apply <dir>`: the plan, or with `--yes` the change itself. */
export const applyCommand: AddCommand = (program, io, run) => {
  program
    .command('apply')
    .description('make a tenant what its directory says; without --yes only show what would change')
    .argument('<dir>', 'the tenant directory')
    .option('-y, --yes', 'apply the changes')
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      '\n${NAME} in peps.yaml is replaced by that environment variable, so that keys stay out of files.',
    )
    .action(
      run((directory: string, options: ApplyOptions) =>
        apply(io, directory, { ...program.opts<{ url: string }>(), ...options }),
      ),
    );
};

async function apply(io: CliIo, directory: string, options: ApplyOptions): Promise<ExitCode> {
  const files = readTextDirectory(directory);
  fillKeys(io, files);
  const read = readTenantDirectory(files);
  if (!read.ok) return wrong(io, directory, read.problems, options);
  const { name } = read.tenant.settings;
  const answer = await ask(io, options.url, {
    method: 'PUT',
    path: `/v1/tenants/${encodeURIComponent(name)}`,
    body: { files: Object.fromEntries(files), dryRun: options.yes !== true },
    token: io.env['SALLYPORT_TOKEN'],
    timeoutMs: TIMEOUT_MS,
    expect: [422],
  });
  const body = (await answer.json()) as ShownPlan & { problems: Problem[] };
  if (answer.status === 422) return wrong(io, directory, body.problems, options);
  if (options.json) io.out(JSON.stringify(body, undefined, 2));
  else for (const line of planLines(directory, body)) io.out(line);
  return exitCodes.done;
}

function fillKeys(io: CliIo, files: Map<string, string>): void {
  for (const path of ['peps.yaml', 'peps.yml']) {
    const text = files.get(path);
    if (text === undefined) continue;
    const filled = fillSecrets(text, (name) => io.env[name] || undefined);
    if (filled.missing.length > 0) {
      const names = filled.missing.join(', ');
      throw new CliError(`${path} wants ${names} from the environment`, exitCodes.usage);
    }
    files.set(path, filled.text);
  }
}

function wrong(
  io: CliIo,
  directory: string,
  problems: readonly Problem[],
  { json }: ApplyOptions,
): ExitCode {
  if (json) io.out(JSON.stringify({ applied: false, problems }, undefined, 2));
  for (const problem of problems) io.err(problemLine(directory, problem));
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  io.err(`sallyport: ${count}; nothing was changed`);
  return exitCodes.wrong;
}
