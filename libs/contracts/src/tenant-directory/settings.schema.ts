import { z } from 'zod';
import { closed, entity, Refusal, text, written } from './fields.js';
import type { ConsoleSettings, SettingsFile } from './settings.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A tenant's id: it stands in paths, tokens and log origins. */
export const tenantName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'Must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen.',
  );

const url = written((value) =>
  typeof value === 'string' && isTrustworthy(value)
    ? value
    : new Refusal('Must be an https URL (http on a loopback address only).'),
);
const issuerName = written((value) =>
  typeof value === 'string' && (value === 'builtin' || isTrustworthy(value))
    ? value
    : new Refusal('Must be "builtin" or an https URL (http on a loopback address only).'),
);
const claim = text(128);

const issuer = closed({
  issuer: issuerName,
  audiences: z.array(text(512)).min(1, 'Must name at least one audience.').max(100),
  subjectType: text(128).default('user'),
  subjectClaim: claim.default('sub'),
  deviceClaim: claim.default('device_id'),
  jwksUri: url.optional(),
});

const groups = z.array(entity('group')).max(100);

const consoleSettings = closed({
  issuer: issuerName,
  clientId: text(512),
  clientSecret: closed({
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'Must be the name of an environment variable.'),
  }).optional(),
  roles: closed({ admin: groups.default([]), auditor: groups.default([]) }).default({
    admin: [],
    auditor: [],
  }),
}).transform(({ clientSecret, ...rest }): ConsoleSettings =>
  clientSecret === undefined ? rest : { ...rest, clientSecretEnv: clientSecret.env },
);

const location = closed({
  maxSpeedKmh: z.number().positive().max(100_000).default(1000),
  minDistanceKm: z.number().nonnegative().max(20_000).default(50),
});

const requirement = z.boolean().optional();

const minOsVersion = z.record(
  z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'Must be an operating system in lower case, such as macos.'),
  z.string().regex(/^\d{1,9}(\.\d{1,9}){0,4}$/, 'Must be a version in quotes, such as "14.4".'),
);

const posture = closed({
  maxAgeSeconds: z
    .int()
    .min(1)
    .max(366 * 86_400)
    .default(3600),
  requirements: closed({
    managed: requirement,
    diskEncrypted: requirement,
    screenLock: requirement,
    firewall: requirement,
    minOsVersion: minOsVersion.optional(),
  }).default({}),
});

const tokens = closed({
  maxTtlSeconds: z.int().min(1).max(86_400).default(900),
  audiences: z.array(text(512)).max(1000).default([]),
});

const browser = closed({
  signIn: written((value) =>
    typeof value === 'string' && isSignIn(value)
      ? value
      : new Refusal(
          'Must be an https URL (http on a loopback address only) with {url} in its query, once.',
        ),
  ),
  origins: z
    .array(
      written((value) =>
        typeof value === 'string' && isTrustworthy(value) && new URL(value).origin === value
          ? value
          : new Refusal('Must be an origin such as https://app.example, without a path.'),
      ),
    )
    .min(1, 'Must name at least one origin.')
    .max(100),
});

/** tenant.yaml. */
export const settingsSchema: z.ZodType<SettingsFile> = closed({
  name: tenantName,
  displayName: text().optional(),
  issuers: z.array(issuer).max(50).default([]),
  console: consoleSettings.optional(),
  location: location.default({ maxSpeedKmh: 1000, minDistanceKm: 50 }),
  posture: posture.default({ maxAgeSeconds: 3600, requirements: {} }),
  tokens: tokens.default({ maxTtlSeconds: 900, audiences: [] }),
  browser: browser.optional(),
  rego: closed({
    entrypoint: z
      .string()
      .max(256)
      .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'Must be a path such as app/authz/allow.'),
  }).optional(),
}).transform((settings): SettingsFile => ({
  ...settings,
  displayName: settings.displayName ?? settings.name,
}));

function isSignIn(value: string): boolean {
  const [before = '', after, ...more] = value.split('{url}');
  return (
    after !== undefined &&
    more.length === 0 &&
    before.includes('?') &&
    isTrustworthy(`${before}x${after}`)
  );
}

function isTrustworthy(value: string): boolean {
  if (value.length > 2048 || !URL.canParse(value)) return false;
  const { protocol, hostname, username, hash } = new URL(value);
  if (username !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
