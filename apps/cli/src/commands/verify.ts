import { createHash } from 'node:crypto';
import {
  type BundleSource,
  verifyBundle,
  verifyTlogProof,
  type VerdictStep,
} from '@sallyport/audit';
import { CliError, exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { readBytes, readEvidence } from '../read-evidence.js';

interface VerifyOptions {
  readonly vkey?: string;
  readonly origin?: string;
  readonly entry?: string;
  readonly json?: boolean;
}

/** What was found, whatever was checked. */
interface Finding {
  readonly ok: boolean;
  readonly steps: readonly VerdictStep<string>[];
  readonly summary: string;
  readonly caveats: readonly string[];
}

/** What no proof of inclusion shows. */
const ALWAYS = [
  'That an entry tells the truth: it is proved to be in the log, unchanged, and nothing else.',
  'That everybody is shown the same log: compare the checkpoint with one that somebody else holds.',
];

/** `sallyport verify <file>`: offline, with the code that the broker and the console use. */
export const verifyCommand: AddCommand = (program, io, run) => {
  program
    .command('verify')
    .description('check an export (ZIP or folder) or a .tlog-proof, without a network')
    .argument('<file>', 'the evidence')
    .option('--vkey <key|@file>', "the log's key, from a source that you trust")
    .option('--origin <name>', "the log's name, where the key's is not what you expect")
    .option(
      '--entry <file>',
      'for a .tlog-proof: the entry, byte for byte (default: the .json beside it)',
    )
    .option('--json', 'print the verdict as JSON')
    .action(run((file: string, options: VerifyOptions) => verify(io, file, options)));
};

async function verify(io: CliIo, file: string, options: VerifyOptions): Promise<ExitCode> {
  const evidence = await readEvidence(file);
  const vkey = keyOf(options.vkey);
  const finding =
    evidence.kind === 'bundle'
      ? await bundleFinding(evidence.source, vkey, options.origin)
      : proofFinding(evidence.text, vkey, { ...options, entry: options.entry ?? besides(file) });
  if (options.json) io.out(JSON.stringify(finding, undefined, 2));
  else show(io, finding);
  return finding.ok ? exitCodes.done : exitCodes.wrong;
}

async function bundleFinding(
  source: BundleSource,
  vkey: string | undefined,
  origin: string | undefined,
): Promise<Finding> {
  const verdict = await verifyBundle(source, vkey, () => createHash('sha256'));
  if (!verdict.ok) {
    const { failedStep, reason, failingIndex } = verdict;
    const where = failingIndex === undefined ? '' : ` (entry ${failingIndex})`;
    const summary = `Step ${failedStep}${where}: ${reason}`;
    return { ok: false, steps: verdict.steps, summary, caveats: [] };
  }
  const { manifest, checkpoint, steps, caveats } = verdict;
  if (origin !== undefined && origin !== checkpoint.origin) {
    const summary = `This is the log ${checkpoint.origin}, not ${origin}`;
    return { ok: false, steps, summary, caveats: [] };
  }
  return {
    ok: true,
    steps,
    summary: `${manifest.count} entries are in the log ${checkpoint.origin}, exactly as they stand here.`,
    caveats: [...caveats.map(({ text }) => text), ...ALWAYS],
  };
}

function proofFinding(
  proofText: string,
  vkey: string | undefined,
  { entry: entryFile, origin }: VerifyOptions & { readonly entry: string },
): Finding {
  if (vkey === undefined) {
    const message = "a .tlog-proof needs --vkey: the log's key, from a source that you trust";
    throw new CliError(message, exitCodes.usage);
  }
  const entry = readBytes(entryFile);
  const question = { proofText, vkey, ...(origin === undefined ? {} : { origin }) };
  const verdict = verifyTlogProof({ ...question, entry });
  if (!verdict.ok) {
    const summary = `Step ${verdict.failedStep}: ${verdict.reason}`;
    return { ok: false, steps: verdict.steps, summary, caveats: [] };
  }
  const summary = `The entry is number ${verdict.index} of the log ${verdict.checkpoint.origin}, exactly as it stands here.`;
  return { ok: true, steps: verdict.steps, summary, caveats: ALWAYS };
}

function show(io: CliIo, { ok, steps, summary, caveats }: Finding): void {
  for (const step of steps)
    io.out(`${step.ok ? 'ok  ' : 'FAIL'} ${step.name}: ${plain(step.detail)}`);
  io.out(`${ok ? 'VERIFIED' : 'NOT VERIFIED'}. ${plain(summary)}`);
  if (caveats.length === 0) return;
  io.out('What this does not prove:');
  for (const caveat of caveats) io.out(`- ${plain(caveat)}`);
}

/** `sallyport proof` writes the two side by side. */
function besides(proofFile: string): string {
  return proofFile.replace(/(\.tlog-proof)?$/, '.json');
}

function keyOf(given: string | undefined): string | undefined {
  return given?.startsWith('@') ? readBytes(given.slice(1)).toString('utf8').trim() : given;
}

/** A detail may quote the checked file, which must not move the cursor of whoever reads it. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
