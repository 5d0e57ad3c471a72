/**
 * `npm test`: sets the checkout up and runs every Jest project; `--unit` runs unit and web only. The last line is the total.
 * Needs no Docker, PostgreSQL or Redis; tests that need a program of the machine say so and are skipped without it.
 */
import { runTool } from './progress.mjs';
import { setUp } from './setup.mjs';
import { total } from './jest-run.mjs';
import { runTests } from './test-run.mjs';

await runTool('test', async () => {
  const quick = process.argv.includes('--unit');
  await setUp();
  const counts = await runTests({ quick });
  console.log(total(counts));
  if (counts.failed > 0) process.exitCode = 1;
});
