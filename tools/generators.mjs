/** Every file of the checkout that a tool writes and that is committed: `<script>` writes it, `<script> --check` says whether it's fresh. */
export const generators = [
  { name: 'docs/config.md and .env.example', script: 'tools/gen-config-docs.mjs' },
  { name: 'docs/schema.graphql', script: 'tools/gen-graphql-schema.mjs' },
  { name: 'libs/risk/src/country-places.ts', script: 'tools/gen-country-places.mjs' },
  { name: 'docs/bench.md and its plots', script: 'test/bench/report.mjs' },
  { name: 'package-lock.json', script: 'tools/complete-lockfile.mjs' },
];
