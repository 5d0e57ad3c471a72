import { readTenantDirectory, type Problem, type TenantDefinition } from '@sallyport/contracts';
import {
  checkBundle,
  checkEntities,
  CompiledEngine,
  runGoldenCases,
  type TestResult,
} from '@sallyport/policy';
import { complianceOf } from '@sallyport/risk';
import { exitCodes, type CliIo, type ExitCode } from '../cli-io.js';
import type { AddCommand } from '../command.js';
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
  const results = runGoldenCases(read.tenant, new CompiledEngine(), io.nowMs(), complianceOf);
  const failed = results.filter(({ pass }) => !pass);
  if (json) io.out(JSON.stringify(results, undefined, 2));
  else show(io, results, failed.length);
  return failed.length === 0 ? exitCodes.done : exitCodes.wrong;
}

function problemsOf({ policies, entities }: TenantDefinition): readonly Problem[] {
  return [...checkBundle(policies).problems, ...checkEntities(entities, policies.schema).problems];
}

function show(io: CliIo, results: readonly TestResult[], failed: number): void {
  for (const { pass, name, file, differences } of results) {
    io.out(`${pass ? 'ok  ' : 'FAIL'} ${file}: ${name}`);
    for (const difference of differences) io.out(`       ${difference}`);
  }
  const cases = `${results.length} ${results.length === 1 ? 'case' : 'cases'}`;
  io.out(failed === 0 ? `${cases} passed` : `${failed} of ${cases} failed`);
}
