import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const read = <T>(file: string): T =>
  parse(readFileSync(join('deploy', 'gateways', 'kubernetes', file), 'utf8')) as T;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}
interface Webhook {
  readonly admissionReviewVersions: readonly string[];
  readonly sideEffects: string;
  readonly timeoutSeconds: number;
  readonly failurePolicy: string;
  readonly clientConfig: {
    readonly service: { readonly namespace: string; readonly path: string };
  };
  readonly namespaceSelector: {
    readonly matchExpressions: readonly { key: string; operator: string; values: string[] }[];
  };
  readonly rules: readonly Rule[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
}
interface Authorizer {
  readonly type: string;
  readonly webhook?: {
    readonly failurePolicy: string;
    readonly timeout: string;
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly connectionInfo: { readonly kubeConfigFile: string };
  };
}

/** What would stop a cluster from healing if it went wrong (protocols.md §6.1). */
describe('the webhook of deploy/gateways/kubernetes', () => {
  const { apiVersion, kind, webhooks } = read<{
    apiVersion: string;
    kind: string;
    webhooks: readonly Webhook[];
  }>('webhook.yaml');

  it('is one that validates, and answers within three seconds', () => {
    expect({ apiVersion, kind }).toEqual({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
    });
    expect(webhooks.length).toBeGreaterThan(0);
    for (const webhook of webhooks)
      expect(webhook).toMatchObject({
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 3,
        failurePolicy: 'Fail',
        clientConfig: { service: { path: '/v1/kubernetes/admission' } },
      });
  });

  it.each(webhooks)('leaves system namespaces and its own alone', (webhook) => {
    const { service } = webhook.clientConfig;
    const [selector, ...others] = webhook.namespaceSelector.matchExpressions;
    expect(others).toEqual([]);
    expect(selector).toMatchObject({ key: 'kubernetes.io/metadata.name', operator: 'NotIn' });
    expect(selector?.values).toEqual(
      expect.arrayContaining(['kube-system', 'kube-node-lease', 'kube-public', service.namespace]),
    );
  });

  it.each(webhooks.flatMap(({ rules }) => rules))('names what it wants: $resources', (rule) => {
    const { apiGroups, apiVersions, operations, resources, scope } = rule;
    for (const word of [...apiGroups, ...apiVersions, ...operations, ...resources])
      expect(word).not.toContain('*');
    expect(apiGroups.every((group) => ['', 'apps', 'batch'].includes(group))).toBe(true);
    expect(scope).toBe('Namespaced');
    expect(operations).not.toContain('DELETE');
    expect(operations).not.toContain('CONNECT');
    const parts = resources.flatMap((resource) => resource.split('/').slice(1));
    expect(parts.filter((part) => !['ephemeralcontainers', 'resize'].includes(part))).toEqual([]);
    for (const never of ['events', 'leases', 'nodes', 'namespaces', 'secrets', 'endpoints'])
      expect(resources).not.toContain(never);
  });

  it.each(webhooks)('never asks about leases, events, reviews and nodes', (webhook) => {
    const { matchConditions } = webhook;
    const all = matchConditions.map(({ expression }) => expression).join('\n');
    for (const word of ['coordination.k8s.io', 'events', 'authentication.k8s.io', 'system:nodes'])
      expect(all).toContain(word);
    expect(matchConditions.length).toBeLessThanOrEqual(64);
    expect(new Set(matchConditions.map(({ name }) => name)).size).toBe(matchConditions.length);
  });
});

describe('the authorizer of deploy/gateways/kubernetes', () => {
  const { authorizers } = read<{ authorizers: readonly Authorizer[] }>('authorization.yaml');
  const webhook = authorizers.at(-1)?.webhook;

  it('comes after Node and RBAC, and has no opinion where it does not answer', () => {
    expect(authorizers.map(({ type }) => type)).toEqual(['Node', 'RBAC', 'Webhook']);
    expect(webhook).toMatchObject({ failurePolicy: 'NoOpinion', timeout: '3s' });
  });

  it('is not asked about nodes, break-glass users and the control plane', () => {
    const all = webhook?.matchConditions.map(({ expression }) => expression).join('\n') ?? '';
    for (const group of ['nodes', 'masters', 'serviceaccounts:kube-system'])
      expect(all).toContain(`!('system:${group}' in request.groups)`);
  });

  it('is reached over https, with a key that stands in a file of its own', () => {
    const kubeconfig = read<{
      clusters: { cluster: { server: string } }[];
      users: { name: string; user: { token: string } }[];
    }>('kubeconfig.yaml.template');
    const url = new URL(kubeconfig.clusters[0]?.cluster.server ?? '');
    expect(url).toMatchObject({ protocol: 'https:', username: '', password: '', search: '' });
    expect(url.pathname).toBe('/v1/kubernetes/authorize');
    const [user] = kubeconfig.users;
    expect(user).toEqual({ name: url.host, user: { token: '${SALLYPORT_KEY}' } });
    const { plugins } = read<{ plugins: { configuration: { kubeConfigFile: string } }[] }>(
      'admission-control.yaml',
    );
    expect(plugins[0]?.configuration.kubeConfigFile).toBe(webhook?.connectionInfo.kubeConfigFile);
  });
});
