import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { unknownMembers } from '../support/envoy-schema.js';

type Tree = { readonly [name: string]: unknown };

const GATEWAYS = 'deploy/gateways';
const FOLDERS = ['envoy', 'istio', 'linkerd', 'envoy-gateway'];
const EXT_AUTHZ = 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz';

const read = (path: string) => readFileSync(join(GATEWAYS, path), 'utf8');
const documents = (path: string) =>
  parseAllDocuments(read(path)).map((document) => {
    expect([path, document.errors]).toEqual([path, []]);
    return document.toJS() as Tree;
  });
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(GATEWAYS, folder)).map((name) => `${folder}/${name}`),
);
const configs = files.filter((name) => name.endsWith('.yaml'));

/** Every object of a tree that a condition selects. */
function all(tree: unknown, select: (one: Tree) => boolean): Tree[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const here = !Array.isArray(tree) && select(tree as Tree) ? [tree as Tree] : [];
  return [...here, ...Object.values(tree).flatMap((member) => all(member, select))];
}

/** '0.2s' and '200ms' in milliseconds. */
function milliseconds(duration: unknown): number {
  const [, count, unit] = /^([\d.]+)(ms|s)$/.exec(String(duration)) ?? [];
  return Number(count) * (unit === 's' ? 1_000 : 1);
}

describe('the configurations for Envoy and what is made of it', () => {
  it.each(configs)('%s is good YAML, and holds no key', (path) => {
    for (const document of documents(path)) {
      const keys = all(document, (one) => one['key'] === 'x-sallyport-key');
      for (const { value } of keys) expect(value).toBe('${SALLYPORT_KEY}');
      for (const one of all(document, (tree) => 'x-sallyport-key' in tree))
        expect(one['x-sallyport-key']).toBe('${SALLYPORT_KEY}');
    }
  });

  it.each(files.filter((name) => name.endsWith('README.md')))('%s is short', (path) => {
    const lines = read(path)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(12);
  });

  describe.each(['envoy/envoy.yaml', 'envoy/envoy-http.yaml'])('%s', (path) => {
    const config = parse(read(path)) as Tree;
    const [filter, ...others] = all(config, (one) => one['@type'] === EXT_AUTHZ);

    it('has no member that Envoy does not know', () => {
      expect(unknownMembers(config)).toEqual([]);
      expect(unknownMembers({ static_resources: { listener: [] } })).toEqual([
        '.static_resources.listener',
      ]);
    });

    it('denies where Sallyport is away, late or confused', () => {
      expect(others).toEqual([]);
      expect(filter).toMatchObject({
        failure_mode_allow: false,
        status_on_error: { code: 'Forbidden' },
        clear_route_cache: false,
        validate_mutations: true,
      });
      const timed = all(filter, (one) => 'timeout' in one);
      expect(timed.map(({ timeout }) => milliseconds(timeout))).toEqual([200]);
    });

    it('asks before it routes, and repairs no path', () => {
      const [manager] = all(config, (one) => 'http_filters' in one) as [Tree];
      const names = (manager['http_filters'] as Tree[]).map(({ name }) => name);
      expect(names).toEqual(['envoy.filters.http.ext_authz', 'envoy.filters.http.router']);
      expect(manager).toMatchObject({
        normalize_path: false,
        merge_slashes: false,
        forward_client_cert_details: 'SANITIZE',
      });
      expect(all(config, (one) => one['disabled'] === true)).toEqual([]);
    });

    it('talks to Sallyport over TLS, by its name, and notices when it is not well', () => {
      const [sallyport] = all(config, (one) => one['name'] === 'sallyport' && 'type' in one);
      expect(all(sallyport, (one) => 'match_typed_subject_alt_names' in one)).toHaveLength(1);
      expect(
        all(sallyport, (one) => 'grpc_health_check' in one || 'http_health_check' in one),
      ).toHaveLength(1);
    });
  });

  it('Istio’s providers fail closed within 200 ms, and the policy names one of them', () => {
    const [mesh] = documents('istio/mesh-config.yaml');
    const providers = all(
      mesh,
      (one) => 'name' in one && ('envoyExtAuthzGrpc' in one || 'envoyExtAuthzHttp' in one),
    );
    const settings = all(providers, (one) => 'failOpen' in one);
    expect(settings).toHaveLength(2);
    for (const one of settings) {
      expect(one).toMatchObject({ failOpen: false, statusOnError: '403' });
      expect(milliseconds(one['timeout'])).toBe(200);
    }
    const [policy, peers] = documents('istio/authorization-policy.yaml');
    expect(policy).toMatchObject({ spec: { action: 'CUSTOM', provider: { name: 'sallyport' } } });
    expect(providers.map(({ name }) => name)).toContain('sallyport');
    expect(peers).toMatchObject({ spec: { mtls: { mode: 'STRICT' } } });
  });

  it('Envoy Gateway fails closed within 200 ms, and lets no client speak for Sallyport', () => {
    const all = documents('envoy-gateway/security-policy.yaml');
    const of = (kind: string) => all.find((one) => one['kind'] === kind);
    expect(of('SecurityPolicy')).toMatchObject({
      spec: { extAuth: { failOpen: false, timeout: '200ms', recomputeRoute: false } },
    });
    expect(of('ClientTrafficPolicy')).toMatchObject({
      spec: {
        headers: {
          xForwardedClientCert: { mode: 'Sanitize' },
          earlyRequestHeaders: { remove: expect.arrayContaining(['x-sallyport-subject']) },
        },
      },
    });
  });

  it('Linkerd lets nobody past the gateway that asks', () => {
    const all = documents('linkerd/gateway.yaml');
    const server = all.find((one) => one['kind'] === 'Server');
    expect(server).toMatchObject({ spec: { accessPolicy: 'deny' } });
    const policy = all.find((one) => one['kind'] === 'AuthorizationPolicy');
    expect(policy).toMatchObject({
      spec: { requiredAuthenticationRefs: [{ name: 'asking-gateway' }] },
    });
  });
});
