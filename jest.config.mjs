import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('./tools/swcrc.json', import.meta.url), 'utf8'));

/** Settings shared by every Jest project: ESM (Nest 12 is ESM only), SWC, workspace packages read from source. */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx$': [
      '@swc/jest',
      { ...swc, jsc: { ...swc.jsc, parser: { ...swc.jsc.parser, tsx: true } }, swcrc: false },
    ],
    '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }],
  },
  moduleNameMapper: {
    '^@sallyport/(contracts|policy|risk|consent|grants|audit|pep)$':
      '<rootDir>/libs/$1/src/index.ts',
    '^@sallyport/pep/(\\w+)$': '<rootDir>/libs/pep/src/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['<rootDir>/test/support/jest-setup.mjs'],
};

const withPostgres = {
  globalSetup: '<rootDir>/test/support/postgres-setup.mjs',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.mjs',
};

const project = (displayName, testMatch, extra = {}) => ({
  ...base,
  displayName,
  testMatch,
  ...extra,
});

export default {
  // Two slow cores must not make a right answer wrong.
  testTimeout: 60_000,
  projects: [
    project('unit', [
      '<rootDir>/libs/*/{src,test}/**/*.spec.ts',
      '<rootDir>/apps/{api,cli}/src/**/*.spec.ts',
      '<rootDir>/test/unit/**/*.spec.ts',
    ]),
    project('web', ['<rootDir>/apps/web/src/**/*.spec.{ts,tsx}'], {
      testEnvironment: 'jest-environment-jsdom',
    }),
    project(
      'integration',
      ['<rootDir>/test/{integration,contract,conformance,cases}/**/*.spec.ts'],
      withPostgres,
    ),
    project('e2e', ['<rootDir>/test/{e2e,faults}/**/*.spec.ts'], withPostgres),
  ],
};
