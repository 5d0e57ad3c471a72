import { stringify } from 'yaml';
import type { EntityRef, Json, JsonObject } from '../decision.js';
import type { AccessRuleDefinition, People } from './access-rule.js';
import type {
  CheckedAt,
  DeviceDefinition,
  GoldenCase,
  GoldenFacts,
  RouteCase,
  TenantDefinition,
} from './definition.js';
import { formatDuration } from './duration.js';
import { formatEntityReference } from './entity-reference.js';
import { escapeTypeName } from './entity-type.js';
import type { ConsoleSettings, TenantSettings } from './settings.js';

/** The files of a tenant directory that `readTenantDirectory` reads back as the same definition. */
export function writeTenantDirectory(tenant: TenantDefinition): Map<string, string> {
  const files = new Map<string, string>();
  files.set('tenant.yaml', yaml(settingsFile(tenant.settings)));
  const { rego } = tenant.settings;
  if (rego) {
    files.set('rego/policy.wasm', rego.wasm);
    files.set('rego/data.json', json(rego.data));
  }
  for (const [path, text] of Object.entries(tenant.policies.files)) files.set(path, text);
  const { schema, schemaFile } = tenant.policies;
  if (schema !== undefined) files.set(schemaFile ?? 'schema.cedarschema', schema);
  add('entities/entities.json', json, tenant.entities.map(entityFile));
  add('devices/devices.json', json, tenant.devices.map(deviceFile));
  add(
    'consents/consents.json',
    json,
    tenant.consents.map(({ resource }) => resource),
  );
  add('peps.yaml', yaml, tenant.peps);
  add('access/rules.yaml', yaml, tenant.accessRules.map(accessRuleFile));
  for (const file of new Set(tenant.tests.map((test) => test.file))) {
    add(file, yaml, tenant.tests.filter((test) => test.file === file).map(testCaseFile));
  }
  return files;

  function add<T>(path: string, write: (items: readonly T[]) => string, items: readonly T[]): void {
    if (items.length > 0) files.set(path, write(items));
  }
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function settingsFile({ console, rego, ...settings }: TenantSettings): unknown {
  return {
    ...settings,
    ...(console === undefined ? {} : { console: consoleFile(console) }),
    ...(rego === undefined ? {} : { rego: { entrypoint: rego.entrypoint } }),
  };
}

function consoleFile({ clientSecretEnv, roles, ...rest }: ConsoleSettings): unknown {
  const secret = clientSecretEnv === undefined ? {} : { clientSecret: { env: clientSecretEnv } };
  const { admin, auditor } = roles;
  return {
    ...rest,
    ...secret,
    roles: { admin: admin.map(formatEntityReference), auditor: auditor.map(formatEntityReference) },
  };
}

function entityFile({ uid, attrs, parents }: TenantDefinition['entities'][number]): unknown {
  return { uid: cedarUid(uid), attrs: cedarValue(attrs), parents: parents.map(cedarUid) };
}

function cedarUid({ type, id }: EntityRef): EntityRef {
  return { type: escapeTypeName(type), id };
}

function cedarValue(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => cedarValue(item));
  if (typeof value !== 'object' || value === null) return value;
  const { __entity: ref, ...others } = value as JsonObject & { __entity?: EntityRef };
  if (ref !== undefined && Object.keys(others).length === 0)
    return { __entity: { ...cedarUid(ref) } };
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, cedarValue(member)]),
  );
}

function deviceFile({ owner, checkedAt, ...device }: DeviceDefinition): unknown {
  const owned = owner === undefined ? {} : { owner: formatEntityReference(owner) };
  return { ...device, ...owned, checkedAt: checkedAtText(checkedAt) };
}

function checkedAtText(checkedAt: CheckedAt): unknown {
  return 'atMs' in checkedAt
    ? isoTime(checkedAt.atMs)
    : { ago: formatDuration(checkedAt.agoSeconds) };
}

function accessRuleFile(rule: AccessRuleDefinition): unknown {
  const {
    maxDurationSeconds,
    defaultDurationSeconds,
    approvalDeadlineSeconds,
    role,
    eligible,
    approvers,
    ...rest
  } = rule;
  return {
    ...rest,
    role: formatEntityReference(role),
    eligible: peopleFile(eligible),
    approvers: peopleFile(approvers),
    maxDuration: formatDuration(maxDurationSeconds),
    defaultDuration: formatDuration(defaultDurationSeconds),
    approvalDeadline: formatDuration(approvalDeadlineSeconds),
  };
}

function peopleFile({ groups, users }: People): unknown {
  return { groups: groups.map(formatEntityReference), users: users.map(formatEntityReference) };
}

function testCaseFile(test: GoldenCase | RouteCase): unknown {
  if (!('route' in test)) return goldenCaseFile(test);
  const { file: _file, ...rest } = test;
  return rest;
}

function goldenCaseFile({ file: _file, atMs, facts, ...rest }: GoldenCase): unknown {
  return {
    ...rest,
    ...(atMs === undefined ? {} : { at: isoTime(atMs) }),
    ...(facts === undefined ? {} : { facts: goldenFactsFile(facts) }),
  };
}

function goldenFactsFile({ authn, device, consent, grants, ...rest }: GoldenFacts): unknown {
  return {
    ...rest,
    ...(authn === undefined ? {} : { authn: renamedTime(authn, 'authTimeMs', 'authTime') }),
    ...(device === undefined
      ? {}
      : {
          device: {
            ...device,
            ...(device.checkedAt === undefined
              ? {}
              : { checkedAt: checkedAtText(device.checkedAt) }),
          },
        }),
    ...(consent === undefined ? {} : { consent: renamedTime(consent, 'expiresAtMs', 'expiresAt') }),
    ...(grants === undefined
      ? {}
      : {
          grants: grants.map((grant) => ({
            ...renamedTime(grant, 'endsAtMs', 'endsAt'),
            role: formatEntityReference(grant.role),
          })),
        }),
  };
}

function renamedTime<T extends object>(record: T, from: keyof T, to: string): object {
  const { [from]: time, ...rest } = record;
  return typeof time === 'number' ? { ...rest, [to]: isoTime(time) } : rest;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
