import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Runs Jest projects, showing what Jest prints. A test file that can't even load counts as one failure, as does Jest itself. */
export async function runJest(projects, { inBand = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-jest-'));
  const report = join(folder, 'report.json');
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  args.push(
    '--ci',
    '--passWithNoTests',
    '--json',
    `--outputFile=${report}`,
    ...(inBand ? ['--runInBand'] : []),
  );
  args.push('--selectProjects', ...projects);
  try {
    const jest = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(jest, 'exit');
    return countsOf(report, code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const total = ({ passed, failed }) => `${passed} passed, ${failed} failed`;

function countsOf(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
