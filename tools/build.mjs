/**
 * Compiles TypeScript projects (libs, api, cli) file by file from src/ to dist/ with SWC. Usage: `node tools/build.mjs [project dir …]`.
 * A dist appears whole: an instance that runs from it meanwhile sees the old or the new one, never a part.
 */
import { transformFile } from '@swc/core';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const options = {
  ...JSON.parse(readFileSync(join(root, 'tools/swcrc.json'), 'utf8')),
  swcrc: false,
};
const workshop = join(root, `node_modules/.cache/sallyport-build-${process.pid}`);
const everyProject = () =>
  readdirSync(join(root, 'libs'))
    .map((name) => `libs/${name}`)
    .concat('apps/api', 'apps/cli')
    .filter((dir) => existsSync(join(root, dir, 'src')));

async function buildProject(dir) {
  const source = join(root, dir, 'src');
  const target = join(root, dir, 'dist');
  const aside = join(workshop, dir.replaceAll('/', '-'));
  const fresh = join(aside, 'new');
  const old = join(aside, 'old');
  mkdirSync(fresh, { recursive: true });
  const files = readdirSync(source, { recursive: true })
    .map(String)
    .filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.spec.ts'),
    );
  await Promise.all(
    files.map(async (file) => {
      const { code, map } = await transformFile(join(source, file), {
        ...options,
        sourceFileName: join(source, file),
      });
      const output = join(fresh, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, `${code}\n//# sourceMappingURL=${basename(output)}.map\n`);
      if (map) writeFileSync(`${output}.map`, map);
    }),
  );
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  return files.length;
}

const projects = process.argv.length > 2 ? process.argv.slice(2) : everyProject();
let count = 0;
try {
  for (const dir of projects) count += await buildProject(dir);
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
console.log(`built ${count} files in ${projects.length} projects`);
