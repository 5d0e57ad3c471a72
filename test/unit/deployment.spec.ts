import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { loadConfig, settings } from '../../apps/api/src/platform/config/config.js';
import { brokerFlags } from '../../tools/broker-flags.mjs';
import { databaseSettings } from '../../tools/database-settings.mjs';
import { imageNodeVersion } from '../../tools/image-node.mjs';

interface Service {
  readonly image: string;
  readonly build?: { dockerfile: string };
  readonly environment: Record<string, string>;
  readonly command?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  readonly healthcheck?: Record<string, unknown>;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly volumes?: readonly string[];
}

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const brokers = ['api', 'worker'].map((name) => compose.services[name] as Service);
const dockerfile = readFileSync('deploy/Dockerfile', 'utf8').replace(/\\\n\s*/g, '');
const instructions = dockerfile
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => ({ verb: line.split(' ')[0] ?? '', words: line.split(' ').slice(1) }));
const finalStage = instructions.slice(instructions.map(({ verb }) => verb).lastIndexOf('FROM'));

/** What compose would put there, with a fitting value for each required variable. */
function interpolated(environment: Record<string, string>): Record<string, string> {
  const values: Record<string, string> = {
    SALLYPORT_PUBLIC_URL: 'https://access.example',
    SALLYPORT_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    SALLYPORT_ADMIN_TOKEN: 'a'.repeat(44),
  };
  const fill = (text: string) =>
    text.replace(
      /\$\{(\w+)(?::-([^}]+))?(?::[-?][^}]*)?\}/g,
      (_, name: string, otherwise?: string) => values[name] ?? otherwise ?? 'filled',
    );
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, fill(text)]));
}

describe('docker-compose.yml', () => {
  it('hands the broker only settings that exist, and all that production needs', () => {
    const known = settings().map(({ meta }) => meta.env);
    for (const { environment } of brokers) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(loadConfig(interpolated({ ...environment, SALLYPORT_TRUST_PROXY: '' }))).toMatchObject(
        {
          profile: 'production',
          redis: { url: expect.stringContaining('@redis:6379') },
        },
      );
    }
    expect(brokers.map(({ environment }) => environment['SALLYPORT_ROLES'])).toEqual([
      'main',
      'worker',
    ]);
  });

  it('has a default for no secret: each is required from outside', () => {
    const secrets = /PASSWORD|TOKEN|KEY/;
    const values = services.flatMap(([, { environment }]) => Object.entries(environment));
    const secretValues = values.filter(([name]) => secrets.test(name) || name.endsWith('_URL'));
    expect(secretValues.length).toBeGreaterThan(8);
    for (const [, value] of secretValues) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/);
  });

  it('keeps the owner password from the broker', () => {
    for (const { environment } of brokers)
      expect(JSON.stringify(environment)).not.toContain('POSTGRES_PASSWORD');
  });

  it.each(services)('hardens %s', (_, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.read_only).toBe(true);
  });

  it('waits for what a service needs, and every long-running service has a health check', () => {
    expect(compose.services['migrate']?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
    });
    for (const { depends_on: needs } of brokers)
      expect(needs).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    for (const name of ['postgres', 'redis'])
      expect(compose.services[name]?.healthcheck?.['test']).toBeDefined();
    expect(finalStage.some(({ verb }) => verb === 'HEALTHCHECK')).toBe(true);
  });

  it('runs PostgreSQL with the settings that are measured', () => {
    const flags = databaseSettings.flatMap((setting) => ['-c', setting]);
    expect(compose.services['postgres']?.command).toEqual(['postgres', ...flags]);
  });

  it('names only files and volumes that exist', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((v) => v.split(':')[0]));
    for (const source of sources) {
      if (source?.startsWith('.')) expect(existsSync(source)).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    expect(existsSync(brokers[0]?.build?.dockerfile ?? '')).toBe(true);
    expect(compose.services['migrate']?.command?.slice(0, 2)).toEqual([
      'node',
      'tools/migrate.mjs',
    ]);
    expect(statSync('deploy/postgres/create-roles.sh').mode & 0o111).not.toBe(0);
  });
});

describe('the Dockerfile', () => {
  const copies = instructions.filter(({ verb }) => verb === 'COPY');
  const fromCheckout = copies.filter(({ words }) => !words[0]?.startsWith('--'));

  it('ships the major version of Node that is tested and measured', () => {
    const [major] = imageNodeVersion.split('.');
    const shipped = instructions.filter(({ verb }) => verb === 'FROM').map(({ words }) => words[0]);
    expect(shipped.filter((image) => image?.startsWith('node:'))).toEqual([
      `node:${major}-slim`,
      `node:${major}-slim`,
    ]);
  });

  it('copies only what the checkout has', () => {
    const sources = fromCheckout.flatMap(({ words }) => words.slice(0, -1));
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  it('knows the manifest of every workspace, so that npm ci sees the tree that is locked', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const workspaces = Object.keys(lock.packages).filter((path) => /^(apps|libs)\/\w+$/.test(path));
    const sources = fromCheckout.flatMap(({ words }) => words);
    expect(sources).toEqual(
      expect.arrayContaining(workspaces.map((path) => `${path}/package.json`)),
    );
  });

  it('ends in a stage that is not root, starts the compiled broker and asks it for its health', () => {
    expect(finalStage.find(({ verb }) => verb === 'USER')?.words).toEqual(['node']);
    const command = finalStage.find(({ verb }) => verb === 'CMD')?.words.join(' ');
    expect(JSON.parse(command ?? '')).toEqual(['node', ...brokerFlags, 'apps/api/dist/main.js']);
    const health = finalStage.find(({ verb }) => verb === 'HEALTHCHECK')?.words.join(' ');
    expect(health).toContain('/readyz');
    expect(JSON.parse(health?.slice(health.indexOf('[')) ?? '[]')).toHaveLength(3);
  });

  it('carries the migration tool with the files it imports', () => {
    const carried = finalStage.flatMap(({ words }) => words);
    const source =
      readFileSync('tools/migrate.mjs', 'utf8') + readFileSync('tools/schema-engine.mjs', 'utf8');
    for (const [, name] of source.matchAll(/^import .* from '\.\/(.+)';$/gm))
      expect(carried).toContain(`tools/${name}`);
  });
});
