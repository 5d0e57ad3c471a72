/**
 * Writes docs/bench.md and its plots from docs/bench.json; given a results file of `npm run bench`, takes that over as docs/bench.json
 * first. With `--check` only says whether they are fresh.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeOrCheck } from '../../tools/generated-file.mjs';
import { documentOf } from './support/bench-document.mjs';
import { rounded } from './support/statistics.mjs';

const docs = join(import.meta.dirname, '../../docs');
const maxBytes = 100_000;
const isCheck = process.argv.includes('--check');
const given = process.argv.slice(2).find((argument) => !argument.startsWith('--'));

const text =
  given === undefined ? readFileSync(join(docs, 'bench.json'), 'utf8') : compacted(given);
const files = documentOf(JSON.parse(text));
removeStale(Object.keys(files));
writeOrCheck({ 'docs/bench.json': text, ...files }, 'node test/bench/report.mjs');

/** No more digits than were measured, no stacks, and small enough to be committed. */
function compacted(path) {
  const results = JSON.parse(readFileSync(path, 'utf8'), (key, value) => {
    if (key === 'failed') return value.split('\n')[0]; // a stack names places of the machine
    return typeof value === 'number' ? rounded(value, 4) : value;
  });
  const compact = `${JSON.stringify(results, null, 1)}\n`;
  if (compact.length > maxBytes)
    throw new Error(`${path} is too large: ${compact.length} bytes, ${maxBytes} at most`);
  return compact;
}

/** A plot that this run doesn't have. */
function removeStale(paths) {
  const stale = readdirSync(docs).filter(
    (name) => /^bench-.*\.svg$/.test(name) && !paths.includes(`docs/${name}`),
  );
  for (const name of stale) {
    if (!isCheck) rmSync(join(docs, name));
    else {
      console.error(`docs/${name} belongs to no measurement: run node test/bench/report.mjs`);
      process.exitCode = 1;
    }
  }
}
