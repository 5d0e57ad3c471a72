import { accessRuleSchema } from './access-rule.schema.js';
import type { TenantDefinition } from './definition.js';
import { DirectoryReader, type Identity } from './directory-reader.js';
import { testCaseSchema } from './test-case.schema.js';
import type { PepDefinition } from './pep.js';
import { pepSchema } from './pep.schema.js';
import type { Problem } from './problem.js';
import { withRego } from './read-rego.js';
import { consentSchema, deviceSchema, entitySchema } from './register.schema.js';

const MAX_PROBLEMS = 200;

export type TenantDirectoryResult =
  | { readonly ok: true; readonly tenant: TenantDefinition; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a tenant directory given as relative path → text. Nothing is half-read: either all of it is sound, or every problem comes back at once
 * (200 at most), by file and line. Cedar is not parsed here (`checkBundle` in `@sallyport/policy` does). Never throws.
 */
export function readTenantDirectory(files: ReadonlyMap<string, string>): TenantDirectoryResult {
  const reader = new DirectoryReader(files);
  const written = reader.settings();
  const settings = written && withRego(written, reader);
  const parts = {
    policies: reader.policies(),
    entities: values(
      reader.items('entities', entitySchema, ({ uid }) => [
        named('entity', `${uid.type}::${uid.id}`),
      ]),
    ),
    devices: values(reader.items('devices', deviceSchema, ({ id }) => [named('device', id)])),
    consents: values(reader.items('consents', consentSchema, ({ id }) => [named('consent', id)])),
    peps: values(reader.items('peps', pepSchema, pepIdentities)),
    accessRules: values(
      reader.items('access', accessRuleSchema, ({ id }) => [named('access rule', id)]),
    ),
    tests: reader
      .items('tests', testCaseSchema, ({ name }) => [named('case', name)])
      .map(({ value, file }) => ({ ...value, file })),
  };
  if (settings === undefined || reader.problems.length > 0) {
    return { ok: false, problems: inOrder(reader.problems).slice(0, MAX_PROBLEMS) };
  }
  return { ok: true, tenant: { settings, ...parts }, warnings: inOrder(reader.warnings) };
}

function values<T>(items: readonly { readonly value: T }[]): T[] {
  return items.map(({ value }) => value);
}

function named(kind: string, name: string): Identity {
  return { key: name, label: `${kind} ${JSON.stringify(name)}` };
}

/** Two enforcement points may share neither their name nor a credential; credentials are never shown. */
function pepIdentities({ name, key, keyHash, spiffeId }: PepDefinition): Identity[] {
  const credentials = { key, keyHash, spiffeId };
  const shown = Object.entries(credentials).filter(([, value]) => value !== undefined);
  return [
    { key: `name ${name}`, label: `enforcement point ${JSON.stringify(name)}` },
    ...shown.map(([kind, value]) => ({ key: `${kind} ${String(value)}`, label: `same ${kind}` })),
  ];
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const compare = (a: Problem, b: Problem) =>
    (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return [...problems].sort((a, b) =>
    a.file === b.file ? compare(a, b) : a.file < b.file ? -1 : 1,
  );
}
