import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './config.js';

const key = Buffer.alloc(32, 7).toString('base64');
const token = 'an-admin-token-of-32-characters!';
const development = {
  SALLYPORT_PROFILE: 'development',
  DATABASE_URL: 'postgresql://owner@127.0.0.1/sallyport',
  SALLYPORT_MASTER_KEY: key,
};
const production = {
  DATABASE_URL: 'postgresql://owner@db/sallyport',
  SALLYPORT_MASTER_KEY: key,
  SALLYPORT_PUBLIC_URL: 'https://access.example',
};

function problemsOf(env: Record<string, string>, readFile?: (path: string) => string) {
  try {
    loadConfig(env, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('is production unless development is named, and then needs a public https URL', () => {
    const { SALLYPORT_PUBLIC_URL: _, ...incomplete } = production;
    expect(loadConfig(production).profile).toBe('production');
    expect(problemsOf(incomplete)).toEqual(['SALLYPORT_PUBLIC_URL: is required']);
    expect(problemsOf({ ...production, SALLYPORT_PUBLIC_URL: 'http://access.example' })).toEqual([
      'SALLYPORT_PUBLIC_URL: must be https in production',
    ]);
  });

  it('listens on loopback in development, on every address in production', () => {
    expect(loadConfig({ ...development, SALLYPORT_PORT: '9000' }).http).toMatchObject({
      host: '127.0.0.1',
      port: 9000,
      publicUrl: 'http://127.0.0.1:9000',
    });
    expect(loadConfig(production).http.host).toBe('0.0.0.0');
  });

  it('refuses each development convenience in production by name', () => {
    const env = {
      ...production,
      SALLYPORT_DEMO_PEP_KEY: 'demo-key-1',
      SALLYPORT_DEMO_USERS_FILE: '/users.json',
      SALLYPORT_DEMO_TENANT_DIR: '/demo',
    };
    expect(problemsOf(env).map((problem) => problem.split(':')[0])).toEqual([
      'SALLYPORT_DEMO_PEP_KEY',
      'SALLYPORT_DEMO_USERS_FILE',
      'SALLYPORT_DEMO_TENANT_DIR',
    ]);
  });

  it('reports all problems at once, each with its variable, none with a value', () => {
    const problems = problemsOf({
      SALLYPORT_PROFILE: 'staging',
      SALLYPORT_PORT: '80x',
      SALLYPORT_MASTER_KEY: 'c2VjcmV0LXZhbHVl',
      SALLYPORT_ADMIN_TOKEN: 'short',
      SALLYPORT_PROT: '1',
    });
    expect(problems).toEqual([
      'SALLYPORT_PROT: no such setting; did you mean SALLYPORT_PORT?',
      'SALLYPORT_PROFILE: must be one of production, development',
      'SALLYPORT_PORT: must be a whole number from 1 to 65535',
      'DATABASE_URL: is required',
      'SALLYPORT_MASTER_KEY: must be 32 bytes in base64 (openssl rand -base64 32)',
      'SALLYPORT_ADMIN_TOKEN: must be at least 24 visible ASCII characters (openssl rand -base64 33)',
    ]);
    expect(problems.join()).not.toContain('c2VjcmV0');
  });

  it('suggests nothing for a name that resembles none', () => {
    expect(problemsOf({ ...development, SALLYPORT_FROBNICATE: '1' })).toEqual([
      'SALLYPORT_FROBNICATE: no such setting',
    ]);
  });

  it('reads a secret from the file that its _FILE variant names, without the line end', () => {
    const env = { ...development, SALLYPORT_ADMIN_TOKEN_FILE: '/run/secrets/admin' };
    const readFile = (path: string) => (path === '/run/secrets/admin' ? `${token}\n` : '');
    expect(loadConfig(env, readFile).admin.token).toBe(token);
  });

  it('refuses a secret given twice, and one whose file cannot be read', () => {
    const twice = {
      ...development,
      SALLYPORT_ADMIN_TOKEN: token,
      SALLYPORT_ADMIN_TOKEN_FILE: '/a',
    };
    const unreadable = () => {
      throw new Error('ENOENT');
    };
    expect(problemsOf(twice, () => token)).toEqual([
      'SALLYPORT_ADMIN_TOKEN: set it or SALLYPORT_ADMIN_TOKEN_FILE, not both',
    ]);
    const { SALLYPORT_MASTER_KEY: _, ...rest } = development;
    expect(problemsOf({ ...rest, SALLYPORT_MASTER_KEY_FILE: '/gone' }, unreadable)).toEqual([
      'SALLYPORT_MASTER_KEY_FILE: the file cannot be read',
      'SALLYPORT_MASTER_KEY: is required',
    ]);
  });

  it('has no default for any secret', () => {
    expect(problemsOf({ SALLYPORT_PROFILE: 'development' })).toEqual([
      'DATABASE_URL: is required',
      'SALLYPORT_MASTER_KEY: is required',
    ]);
    expect(loadConfig(development).admin.token).toBeUndefined();
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ ...development, REDIS_URL: '', SALLYPORT_PORT: ' ' })).toMatchObject({
      redis: {},
      http: { port: 8080 },
    });
  });

  it('decodes the master key and splits lists', () => {
    const config = loadConfig({
      ...development,
      SALLYPORT_ROLES: 'worker',
      SALLYPORT_TRUST_PROXY: '10.0.0.0/8, 127.0.0.1',
    });
    expect(config.keys.masterKey).toEqual(new Uint8Array(32).fill(7));
    expect(config.roles).toEqual(['worker']);
    expect(config.http.trustProxy).toEqual(['10.0.0.0/8', '127.0.0.1']);
  });

  it.each([
    ['https://access.example/path', 'must be a root URL'],
    ['https://user@access.example', 'must be a root URL'],
    ['ftp://access.example', 'must be a URL with http: or https:'],
    ['access.example', 'must be a URL with http: or https:'],
  ])('refuses the public URL %s', (value, message) => {
    const problems = problemsOf({ ...development, SALLYPORT_PUBLIC_URL: value });
    expect(problems[0]).toContain(message);
  });

  it('opens the gRPC door in plaintext on loopback alone, unless told otherwise', () => {
    const door = { ...production, SALLYPORT_GRPC_PORT: '9191' };
    const tls = { SALLYPORT_GRPC_TLS_CERT_FILE: 'c.pem', SALLYPORT_GRPC_TLS_KEY_FILE: 'k.pem' };
    expect(loadConfig(door).grpc.host).toBe('127.0.0.1');
    expect(loadConfig({ ...door, ...tls }).grpc.host).toBe('0.0.0.0');
    const open = { ...door, SALLYPORT_GRPC_HOST: '0.0.0.0' };
    for (const profile of [{}, { SALLYPORT_PROFILE: 'development' }])
      expect(problemsOf({ ...open, ...profile })[0]).toContain('without TLS only a loopback');
    for (const more of [tls, { SALLYPORT_GRPC_PLAINTEXT: 'anywhere' }])
      expect(problemsOf({ ...open, ...more })).toEqual([]);
    const half = { ...door, SALLYPORT_GRPC_TLS_KEY_FILE: 'k.pem' };
    expect(problemsOf(half)[0]).toContain('SALLYPORT_GRPC_TLS_CERT_FILE');
    const orphan = { ...door, SALLYPORT_GRPC_TLS_CLIENT_CA_FILE: 'ca.pem' };
    expect(problemsOf(orphan)[0]).toContain('needs SALLYPORT_GRPC_TLS_CERT_FILE');
  });
});
