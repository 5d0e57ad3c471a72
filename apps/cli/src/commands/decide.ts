import { parseEntityReference, reasonSentence, type EntityRef } from '@sallyport/contracts';
import { ask } from '../broker-client.js';
import { CliError, exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';

interface DecideOptions {
  readonly subject?: string;
  readonly action: string;
  readonly resource: string;
  readonly context: readonly string[];
  readonly subjectToken?: string;
  readonly pepKey?: string;
  readonly explain?: boolean;
  readonly exitCode?: boolean;
  readonly json?: boolean;
  readonly url: string;
}

interface Answer {
  readonly decision: boolean;
  readonly context?: {
    readonly reasons?: readonly { readonly code: string; readonly message?: string }[];
    readonly determining?: readonly { readonly id: string; readonly effect: string }[];
    readonly obligations?: readonly { readonly type: string }[];
  };
}

/** `sallyport decide`: one question, as an enforcement point would ask it. */
export const decideCommand: AddCommand = (program, io, run) => {
  const collect = (value: string, all: readonly string[]) => [...all, value];
  program
    .command('decide')
    .description('ask the broker for a decision, as an enforcement point')
    .option('-s, --subject <type:id>', 'who, for example user:dana')
    .requiredOption('-a, --action <name>', 'does what')
    .requiredOption('-r, --resource <type:id>', 'with what, for example database:prod')
    .option('-c, --context <name=value>', 'the circumstances; name:=value takes JSON', collect, [])
    .option('--subject-token <jwt>', "the subject's own token")
    .option('--pep-key <key>', 'key of the enforcement point (default SALLYPORT_TOKEN)')
    .option('-e, --explain', 'with reasons and determining policies')
    .option('--exit-code', 'exit 1 when denied')
    .option('--json', 'print the answer as JSON')
    .action(
      run((options: DecideOptions) =>
        decide(io, { ...program.opts<{ url: string }>(), ...options }),
      ),
    );
};

async function decide(io: CliIo, options: DecideOptions): Promise<ExitCode> {
  const { subject, action, resource, subjectToken, explain } = options;
  const context = contextOf(options.context);
  const body = {
    ...(subject === undefined ? {} : { subject: entityOf('--subject', subject) }),
    action: { name: action },
    resource: entityOf('--resource', resource),
    context: { ...context, ...(subjectToken === undefined ? {} : { subject_token: subjectToken }) },
    ...(explain ? { options: { explain: true } } : {}),
  };
  const answer = await ask(io, options.url, {
    method: 'POST',
    path: '/access/v1/evaluation',
    body,
    token: options.pepKey ?? io.env['SALLYPORT_TOKEN'],
  });
  const given = (await answer.json()) as Answer;
  const id = answer.headers.get('x-decision-id');
  const policyVersion = answer.headers.get('x-policy-version');
  if (options.json) io.out(JSON.stringify({ ...given, id, policyVersion }, undefined, 2));
  else show(io, given, id, policyVersion);
  return options.exitCode && !given.decision ? exitCodes.wrong : exitCodes.done;
}

function show(io: CliIo, answer: Answer, id: string | null, version: string | null): void {
  const { reasons = [], determining = [], obligations = [] } = answer.context ?? {};
  io.out(answer.decision ? 'permit' : 'deny');
  for (const { code, message } of reasons) io.out(`  ${code}: ${message ?? reasonSentence(code)}`);
  for (const policy of determining) io.out(`  ${policy.effect} by policy ${policy.id}`);
  for (const { type } of obligations) io.out(`  obligation: ${type}`);
  if (id !== null) io.out(`  decision ${id}${version === null ? '' : `, policy ${version}`}`);
}

function entityOf(option: string, text: string): EntityRef {
  const ref = parseEntityReference(text);
  if (ref) return ref;
  throw new CliError(`${option} ${text}: say type:id, for example user:dana`, exitCodes.usage);
}

function contextOf(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, colon, value = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined)
        throw new CliError(`--context ${pair}: say name=value`, exitCodes.usage);
      return [name, colon === ':' ? jsonOf(pair, value) : value];
    }),
  );
}

function jsonOf(pair: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`--context ${pair}: the value is not JSON`, exitCodes.usage);
  }
}
