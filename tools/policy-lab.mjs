/**
 * A compiled copy of the policy library and its differential test, apart from every dist: plain Node can run it, and a fault can be put into it.
 */
import { transformFile } from '@swc/core';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './setup.mjs';

/** As tools/build.mjs compiles, without maps. */
export const compileOptions = {
  ...JSON.parse(readFileSync(join(root, 'tools/swcrc.json'), 'utf8')),
  swcrc: false,
  sourceMaps: false,
};
// The copy stands below node_modules, so that packages are found from it.
const parts = [
  ['libs/contracts/src', 'node_modules/@sallyport/contracts'],
  ['libs/policy/src', 'policy/src'],
  ['libs/policy/test/differential', 'policy/test/differential'],
];

/** The folder of a new copy, named by process and `name`. */
export async function buildLab(name = 'plain') {
  const lab = join(root, `node_modules/.cache/sallyport-policy-lab-${process.pid}-${name}`);
  for (const [from, to] of parts) await compileFolder(join(root, from), join(lab, to));
  const manifest = { type: 'module', exports: './index.js' };
  for (const folder of ['.', 'node_modules/@sallyport/contracts'])
    writeFileSync(join(lab, folder, 'package.json'), JSON.stringify(manifest));
  return lab;
}

export function removeLab(lab) {
  rmSync(lab, { recursive: true, force: true });
}

async function compileFolder(from, to) {
  const files = readdirSync(from, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  await Promise.all(
    files.map(async (file) => {
      const { code } = await transformFile(join(from, file), compileOptions);
      const target = join(to, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }),
  );
}
