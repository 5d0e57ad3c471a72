import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Lints planted sources in one ESLint process, as `npm run check` would, and prints the broken rules of each. */
const lint = `
  import { ESLint } from 'eslint';
  const eslint = new ESLint();
  const planted = JSON.parse(process.argv[1]);
  const results = await Promise.all(planted.map(async ({ filePath, code }) => {
    const [result] = await eslint.lintText(code, { filePath });
    return result.messages.map((message) => message.ruleId);
  }));
  console.log(JSON.stringify(results));
`;

const boundary = '@nx/enforce-module-boundaries';
const violations = [
  ['a library imports the framework', 'libs/grants', "import '@nestjs/common';", boundary],
  ['a library imports the database driver', 'libs/policy', "import 'pg';", boundary],
  ['a library imports an application', 'libs/risk', "import '@sallyport/api';", boundary],
  ['libraries import each other', 'libs/contracts', "import '@sallyport/policy';", boundary],
  [
    'an import reaches into another project by path',
    'apps/web',
    "import '../../../libs/audit/src/merkle.js';",
    boundary,
  ],
  ['a library touches the machine', 'libs/consent', "import 'node:fs';", 'no-restricted-imports'],
  ['the SDK imports an application', 'libs/pep', "import '@sallyport/api';", boundary],
  ['the SDK reads the clock', 'libs/pep', 'export const t = Date.now();', 'no-restricted-syntax'],
  [
    'a library reads the clock',
    'libs/consent',
    'export const t = Date.now();',
    'no-restricted-syntax',
  ],
  ['a library is random', 'libs/risk', 'export const r = Math.random();', 'no-restricted-syntax'],
  [
    'a feature imports an adapter',
    'apps/api/src/decide',
    "import '../adapters/planted.js';",
    'no-restricted-imports',
  ],
  [
    'a feature reads the environment',
    'apps/api/src/access',
    "export const home = process.env['HOME'];",
    'no-restricted-properties',
  ],
] as const;

const planted = violations.map(([, folder, code]) => ({
  filePath: folder.includes('/src') ? `${folder}/planted.ts` : `${folder}/src/planted.ts`,
  code: `${code}\n`,
}));

describe('the lint rules', () => {
  let broken: string[][];

  beforeAll(async () => {
    const env = { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' };
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-graph-'));
    const graph = ['graph', `--file=${join(folder, 'graph.json')}`];
    await run(process.execPath, ['node_modules/nx/dist/bin/nx.js', ...graph], { env });
    rmSync(folder, { recursive: true });
    const args = ['--input-type=module', '-e', lint, JSON.stringify(planted)];
    const { stdout } = await run(process.execPath, args, { env });
    broken = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[][];
  }, 120_000);

  it.each(violations.map(([title, , , rule], index) => ({ title, rule, index })))(
    'catch it when $title',
    ({ rule, index }) => {
      expect(broken[index]).toContain(rule);
    },
  );
});
