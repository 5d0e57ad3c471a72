import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { configSchema, sections, type SettingMeta } from './config-schema.js';
import { completeGrpc, type GrpcConfig, grpcContradictions } from './grpc-settings.js';
import { nearest } from './nearest-name.js';

type Parsed = z.output<typeof configSchema>;
type Environment = Readonly<Record<string, string | undefined>>;

/** The whole configuration of a process: read once, at its start. */
export type Config = Parsed['process'] &
  Omit<Parsed, 'process' | 'http' | 'grpc' | 'audit'> & {
    readonly http: Parsed['http'] & { readonly host: string; readonly publicUrl: string };
    readonly grpc: GrpcConfig;
    readonly audit: Parsed['audit'] & { readonly notDurable: 'refuse' | 'warn' };
  };

/** Every problem of a configuration at once, one sentence each, starting with the variable's name. Never holds a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** `EX_CONFIG` of sysexits.h: what a process exits with when its configuration is wrong. */
export const CONFIG_EXIT_CODE = 78;

/**
 * Reads the configuration from an environment; an empty variable counts as unset, and a secret may come from the file that
 * `<NAME>_FILE` names. Throws ConfigError with all problems.
 */
export function loadConfig(
  env: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Config {
  const problems = unknownNames(env);
  const raw: Record<string, Record<string, string>> = {};
  for (const { section, field, meta } of settings()) {
    const value = valueOf(env, meta, readFile, problems);
    raw[section] = { ...raw[section], ...(value === undefined ? {} : { [field]: value }) };
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) problems.push(...parsed.error.issues.map(sentence));
  else problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigError(unique(problems));
  return complete(parsed.data);
}

/** Every setting with its place in the configuration, in the order of the documentation. */
export function settings(): { section: string; field: string; meta: SettingMeta }[] {
  return Object.entries(sections).flatMap(([section, schema]) =>
    Object.entries(schema.shape).map(([field, setting]) => ({
      section,
      field,
      meta: setting.meta() as unknown as SettingMeta,
    })),
  );
}

function valueOf(
  env: Environment,
  meta: SettingMeta,
  readFile: (path: string) => string,
  problems: string[],
): string | undefined {
  const direct = env[meta.env]?.trim() || undefined;
  const file = meta.secret ? env[`${meta.env}_FILE`]?.trim() || undefined : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) {
    problems.push(`${meta.env}: set it or ${meta.env}_FILE, not both`);
    return undefined;
  }
  try {
    return readFile(file).trim();
  } catch {
    problems.push(`${meta.env}_FILE: the file cannot be read`);
    return undefined;
  }
}

/** A misspelt name would silently leave its default in force. */
/** What the command line and the tests read; it may be exported in the shell that starts a server. */
const OF_OTHERS = ['SALLYPORT_URL', 'SALLYPORT_TOKEN', 'SALLYPORT_TENANT', 'SALLYPORT_VECTORS'];

function unknownNames(env: Environment): string[] {
  const known = settings().flatMap(({ meta }) =>
    meta.secret ? [meta.env, `${meta.env}_FILE`] : [meta.env],
  );
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('SALLYPORT_') && !known.includes(name) && !OF_OTHERS.includes(name),
    )
    .sort()
    .map((name) => {
      const suggestion = nearest(name, known);
      return `${name}: no such setting${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
    });
}

function sentence(issue: z.core.$ZodIssue): string {
  const [section, field] = issue.path;
  const setting = settings().find((one) => one.section === section && one.field === field);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const env = setting?.meta.env ?? issue.path.join('.');
  return `${env}: ${missing ? 'is required' : issue.message}`;
}

function contradictions({ process, http, grpc, demo }: Parsed): string[] {
  if (process.profile === 'development') return grpcContradictions(grpc);
  const inProduction = settings()
    .filter(({ section, field }) => section === 'demo' && demo[field as keyof typeof demo])
    .map(({ meta }) => `${meta.env}: only the development profile has a demo tenant`);
  const problems = [...inProduction, ...grpcContradictions(grpc)];
  if (http.publicUrl === undefined) problems.push('SALLYPORT_PUBLIC_URL: is required');
  else if (!http.publicUrl.startsWith('https:'))
    problems.push('SALLYPORT_PUBLIC_URL: must be https in production');
  return problems;
}

function complete({ process, http, grpc, audit, ...rest }: Parsed): Config {
  const development = process.profile === 'development';
  return {
    ...process,
    ...rest,
    grpc: completeGrpc(grpc, !development),
    audit: { ...audit, notDurable: audit.notDurable ?? (development ? 'warn' : 'refuse') },
    http: {
      ...http,
      host: http.host ?? (development ? '127.0.0.1' : '0.0.0.0'),
      publicUrl: http.publicUrl ?? `http://127.0.0.1:${http.port}`,
    },
  };
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];
