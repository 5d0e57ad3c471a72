import { runJest } from './jest-run.mjs';
import { missingPrograms } from './programs.mjs';
import { Refusal, say } from './progress.mjs';

/** Runs the test suites of a checkout that is set up; `quick` leaves out what needs a database or a started system. */
export async function runTests({ quick = false } = {}) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // End to end last and alone: it starts servers and a browser.
  const runs = quick ? [['unit', 'web']] : [['unit', 'web'], ['integration'], ['e2e']];
  const missing = quick ? [] : missingPrograms();
  for (const { name, packageName, skips } of missing)
    say(`no ${name} on this machine (Debian: ${packageName}): skipping ${skips}`);
  for (const projects of runs) {
    const ran = await runJest(projects, { inBand: projects.includes('e2e') });
    for (const key of Object.keys(counts)) counts[key] += ran[key];
  }
  if (counts.skipped > 0) say(`${counts.skipped} tests were skipped`);
  if (counts.passed + counts.failed === 0) throw new Refusal('no test ran');
  return counts;
}
