import { z } from 'zod';
import { facts } from './facts-settings.js';
import { grpc } from './grpc-settings.js';
import { limits } from './limit-settings.js';
import { policies } from './policy-settings.js';
import {
  adminToken,
  integer,
  list,
  masterKey,
  oneOf,
  pepKey,
  publicUrl,
  text,
  url,
} from './setting-types.js';

/** What a setting says about itself beside its type; `docs/config.md` and `.env.example` are made of it. */
export interface SettingMeta {
  readonly env: string;
  readonly description: string;
  /** Also read from the file named by `<env>_FILE`; never printed. */
  readonly secret?: boolean;
  /** Shown where the default depends on something else. */
  readonly defaultNote?: string;
}

const process = z.object({
  profile: oneOf(['production', 'development']).default('production').meta({
    env: 'SALLYPORT_PROFILE',
    description:
      '`development` allows the demo tenant and the built-in identity provider; `production` refuses to boot with them.',
  }),
  roles: list()
    .pipe(
      z
        .array(oneOf(['main', 'worker']))
        .min(1, { error: 'must name at least one of main, worker' }),
    )
    .default(['main', 'worker'])
    .meta({
      env: 'SALLYPORT_ROLES',
      description:
        'What this process does: `main` serves the doors, `worker` runs the queues; comma-separated.',
    }),
  workers: integer(1, 64).default(1).meta({
    env: 'SALLYPORT_WORKERS',
    description:
      'Decision processes of this instance. With more than one, a further process does the jobs; SIGHUP exchanges them all without dropping a request.',
  }),
  logLevel: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({
      env: 'SALLYPORT_LOG_LEVEL',
      description: 'The least severe application log line that is written.',
    }),
  dataDir: text().optional().meta({
    env: 'SALLYPORT_DATA_DIR',
    description:
      'Where `npm start` keeps the embedded database and the development secrets. A server with `DATABASE_URL` needs none.',
    defaultNote: '`./var` under `npm start`',
  }),
});

const http = z.object({
  port: integer(1, 65_535)
    .default(8_080)
    .meta({ env: 'SALLYPORT_PORT', description: 'TCP port of all HTTP doors.' }),
  host: text(255).optional().meta({
    env: 'SALLYPORT_HOST',
    description: 'Address to listen on.',
    defaultNote: '`127.0.0.1` in development, `0.0.0.0` in production',
  }),
  publicUrl: publicUrl.optional().meta({
    env: 'SALLYPORT_PUBLIC_URL',
    description:
      'The root URL clients use. Metadata and tokens carry it; the Host header is never believed. https in production.',
    defaultNote: '`http://127.0.0.1:<port>` in development; required in production',
  }),
  trustProxy: list().default([]).meta({
    env: 'SALLYPORT_TRUST_PROXY',
    description:
      'Addresses or CIDR ranges of reverse proxies whose X-Forwarded-For is believed; comma-separated.',
    defaultNote: 'none',
  }),
  bodyLimitBytes: integer(1_024, 16_777_216).default(1_048_576).meta({
    env: 'SALLYPORT_BODY_LIMIT_BYTES',
    description: 'Largest request body accepted; a larger one gets 413.',
  }),
});

const database = z.object({
  url: url('postgres:', 'postgresql:').meta({
    env: 'DATABASE_URL',
    description: 'A PostgreSQL 18 database. Without it `npm start` runs an embedded one.',
    secret: true,
  }),
  migrationUrl: url('postgres:', 'postgresql:').optional().meta({
    env: 'SALLYPORT_MIGRATION_DATABASE_URL',
    description:
      'The same database as its owner, for migrations, where `DATABASE_URL` may not alter tables.',
    secret: true,
    defaultNote: '`DATABASE_URL`',
  }),
  poolSize: integer(2, 200).default(10).meta({
    env: 'SALLYPORT_DATABASE_POOL_SIZE',
    description:
      'Database connections for queries, shared by the decision processes. Each opens at most 2·P + L + 5, with P = max(2, ⌈size / workers⌉) and L = max(2, ⌈8 / workers⌉); the process that does the jobs, 6 more.',
  }),
});

const redis = z.object({
  url: url('redis:', 'rediss:').optional().meta({
    env: 'REDIS_URL',
    description: 'Queues and fan-out over Redis instead of PostgreSQL.',
    secret: true,
    defaultNote: 'PostgreSQL does both',
  }),
});

const keys = z.object({
  masterKey: masterKey.meta({
    env: 'SALLYPORT_MASTER_KEY',
    description:
      'Encrypts the signing keys at rest: 32 bytes in base64. Losing it loses the signing keys.',
    secret: true,
  }),
});

const admin = z.object({
  token: adminToken.optional().meta({
    env: 'SALLYPORT_ADMIN_TOKEN',
    description:
      'Bearer token that may apply any tenant and read any log; it cannot ask for decisions. Without one nobody has that power.',
    secret: true,
    defaultNote: 'none: no instance-wide administrator',
  }),
});

const geo = z.object({
  mmdbPath: text().optional().meta({
    env: 'SALLYPORT_GEO_MMDB',
    description: 'A MaxMind-format country or city database that replaces the embedded one.',
    defaultNote: 'embedded country database',
  }),
  asnMmdbPath: text().optional().meta({
    env: 'SALLYPORT_ASN_MMDB',
    description: 'A MaxMind-format database of autonomous systems.',
    defaultNote: 'no ASN facts',
  }),
});

const demo = z.object({
  pepKey: pepKey.optional().meta({
    env: 'SALLYPORT_DEMO_PEP_KEY',
    description: 'Key of the demo tenant’s gateway. Development only.',
    secret: true,
    defaultNote: 'no demo tenant',
  }),
  usersFile: text().optional().meta({
    env: 'SALLYPORT_DEMO_USERS_FILE',
    description:
      'JSON list of { email, name, password, roles } whom the built-in identity provider knows. Development only.',
    defaultNote: 'nobody',
  }),
  tenantDir: text().optional().meta({
    env: 'SALLYPORT_DEMO_TENANT_DIR',
    description: 'Directory of the demo tenant, applied at each start. Development only.',
    defaultNote: '`deploy/demo/acme` under `npm start`',
  }),
});

const audit = z.object({
  checkpointIntervalMs: integer(50, 30_000).default(1_000).meta({
    env: 'SALLYPORT_AUDIT_CHECKPOINT_INTERVAL_MS',
    description: 'Longest time between an answered decision and a checkpoint that covers it.',
  }),
  maxBatch: integer(1, 4_096).default(256).meta({
    env: 'SALLYPORT_AUDIT_MAX_BATCH',
    description:
      'Most log entries that share one transaction. They are stored together: whoever reads one of them later reads all.',
  }),
  notDurable: oneOf(['refuse', 'warn']).optional().meta({
    env: 'SALLYPORT_AUDIT_NOT_DURABLE',
    description:
      'What to do with a PostgreSQL server that may lose what it acknowledged (`fsync`, `full_page_writes` or `synchronous_commit` off): `refuse` to start, or `warn`.',
    defaultNote: '`refuse`, `warn` in development',
  }),
});

const sessions = z.object({
  ttlSeconds: integer(60, 86_400).default(28_800).meta({
    env: 'SALLYPORT_SESSION_TTL_SECONDS',
    description: 'How long a console session lives.',
  }),
});

/** Settings by concern; the keys of `sections` that are not `process` are the keys of Config. */
export const sections = {
  process,
  http,
  grpc,
  database,
  redis,
  keys,
  admin,
  geo,
  demo,
  audit,
  facts,
  limits,
  policies,
  sessions,
} as const;

export const configSchema = z.object(sections);
