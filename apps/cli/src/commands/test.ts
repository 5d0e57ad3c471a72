import {
  readTenantDirectory,
  type PolicyBundle,
  type Problem,
  type TenantDefinition,
} from '@sallyport/contracts';
import {
  CedarWasmEngine,
  checkBundle,
  checkEntities,
  runGoldenCase,
  type GoldenResult,
  type LoadedPolicy,
  type PolicyEngine,
} from '@sallyport/policy';
import { exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
import { complianceOf } from '../compliance-of.js';
import { readTextDirectory } from '../read-directory.js';
import { problemLine } from '../show-problems.js';

/** `sallyport test <dir>`: the golden cases, offline, with the engine that decides. */
export const testCommand: AddCommand = (program, io, run) => {
  program
    .command('test')
    .description('check a tenant directory and ask its golden cases, offline')
    .argument('<dir>', 'the tenant directory')
    .option('--json', 'print the results as JSON')
    .action(
      run((directory: string, options: { readonly json?: boolean }) =>
        Promise.resolve(test(io, directory, options.json === true)),
      ),
    );
};

function test(io: CliIo, directory: string, json: boolean): ExitCode {
  const read = readTenantDirectory(readTextDirectory(directory));
  const problems = read.ok ? problemsOf(read.tenant) : read.problems;
  if (!read.ok || problems.length > 0) {
    for (const problem of problems) io.err(problemLine(directory, problem));
    io.err(`sallyport: ${problems.length} problem(s); no case was asked`);
    return exitCodes.wrong;
  }
  const results = ask(read.tenant, io.nowMs());
  const failed = results.filter(({ pass }) => !pass);
  if (json) io.out(JSON.stringify(results, undefined, 2));
  else show(io, results, failed.length);
  return failed.length === 0 ? exitCodes.done : exitCodes.wrong;
}

function problemsOf({ policies, entities }: TenantDefinition): readonly Problem[] {
  return [...checkBundle(policies).problems, ...checkEntities(entities, policies.schema).problems];
}

function ask(tenant: TenantDefinition, nowMs: number): GoldenResult[] {
  const engine = new LoadedOnce(new CedarWasmEngine());
  return tenant.tests.map((test) => runGoldenCase(tenant, test, engine, nowMs, complianceOf));
}

function show(io: CliIo, results: readonly GoldenResult[], failed: number): void {
  for (const { pass, name, file, differences } of results) {
    io.out(`${pass ? 'ok  ' : 'FAIL'} ${file}: ${name}`);
    for (const difference of differences) io.out(`       ${difference}`);
  }
  const cases = `${results.length} ${results.length === 1 ? 'case' : 'cases'}`;
  io.out(failed === 0 ? `${cases} passed` : `${failed} of ${cases} failed`);
}

/** Cases come in hundreds and ask one bundle: it is parsed once. */
class LoadedOnce implements PolicyEngine {
  readonly name;
  private loaded: LoadedPolicy | undefined;

  constructor(private readonly engine: PolicyEngine) {
    this.name = engine.name;
  }

  load(slot: string, bundle: PolicyBundle): LoadedPolicy {
    return (this.loaded ??= this.engine.load(slot, bundle));
  }
}
