/**
 * Generates the Prisma client (prisma/schema.prisma → apps/api/src/adapters/postgres/generated).
 * Arguments go to the generator: `--schema <file>` generates another client.
 * The CLI insists on a schema-engine binary that generating never runs; naming any executable spares the download.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const prisma = join(
  fileURLToPath(import.meta.resolve('prisma/package.json')),
  '..',
  'build',
  'index.js',
);
const ran = spawnSync(
  process.execPath,
  [prisma, 'generate', '--no-hints', ...process.argv.slice(2)],
  {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      DATABASE_URL: process.env.DATABASE_URL || 'postgresql://unused@127.0.0.1/unused',
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  },
);
if (ran.status !== 0) {
  console.error(
    `prisma generate failed:\n${ran.stdout ?? ''}${ran.stderr ?? ran.error?.message ?? ''}`,
  );
  process.exit(1);
}
