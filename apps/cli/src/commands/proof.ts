import { join } from 'node:path';
import { ask, tenantOf } from '../broker-client.js';
import { exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { writeOutput } from '../write-file.js';

interface ProofOptions {
  readonly tenant?: string;
  readonly output: string;
  readonly url: string;
}

/** `sallyport proof <id>`: one entry and its inclusion proof, side by side. */
export const proofCommand: AddCommand = (program, io, run) => {
  program
    .command('proof')
    .description('write one entry and its proof to files that `verify` checks')
    .argument('<id>', 'id of the entry; for a decision, its X-Decision-Id')
    .option('-o, --output <folder>', 'where to write', '.')
    .option('-t, --tenant <id>', 'the tenant (default SALLYPORT_TENANT)')
    .action(
      run((id: string, options: ProofOptions) =>
        proof(io, id, { ...program.opts<{ url: string }>(), ...options }),
      ),
    );
};

async function proof(io: CliIo, id: string, options: ProofOptions): Promise<ExitCode> {
  const token = io.env['SALLYPORT_TOKEN'];
  const tenant = tenantOf(io, options.tenant, token);
  const path = `/v1/tenants/${encodeURIComponent(tenant)}/entries/${encodeURIComponent(id)}`;
  const get = async (from: string) => {
    const answer = await ask(io, options.url, { method: 'GET', path: from, token });
    return Buffer.from(await answer.arrayBuffer());
  };
  const [entry, proofText] = [await get(path), await get(`${path}/proof`)];
  // An id is the broker's word: it must not lead out of the folder.
  const name = join(options.output, id.replaceAll(/[^\w.-]/g, '_'));
  writeOutput(`${name}.json`, entry);
  writeOutput(`${name}.tlog-proof`, proofText);
  io.out(`${name}.json and ${name}.tlog-proof. The log's key: ${options.url}/log/${tenant}/vkey`);
  io.out(`Check them with: sallyport verify ${name}.tlog-proof --vkey <key>`);
  return exitCodes.done;
}
