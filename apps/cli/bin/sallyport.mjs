#!/usr/bin/env node
import v8 from 'node:v8';
// Node 20 aborts when hot code calls Cedar's WASM through inlined wrappers; must stand before anything is loaded.
v8.setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const { existsSync } = await import('node:fs');
const entry = new URL('../dist/index.js', import.meta.url);
if (existsSync(entry)) {
  const { runCli, processIo } = await import(entry.href);
  process.exitCode = await runCli(process.argv.slice(2), processIo());
} else {
  console.error(
    'sallyport is not built yet: `npm start` builds it, and so does `node tools/build.mjs`.',
  );
  process.exitCode = 70; // EX_SOFTWARE
}
