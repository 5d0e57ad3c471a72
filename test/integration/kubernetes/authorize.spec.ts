import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { keyOf, openCluster, type TestCluster } from '../../support/kubernetes-cluster.js';

jest.setTimeout(180_000);

const TENANT = 'cluster';
const PODS = { namespace: 'shop', verb: 'get', group: '', version: 'v1', resource: 'pods' };

const POLICIES = `
@id("read-shop")
permit (principal, action in [Action::"authorize:get", Action::"authorize:list"], resource is k8s::core::pods)
when { resource has namespace && resource.namespace == "shop" && principal.groups.contains("shop-devs") };
@id("own-node")
permit (principal, action == Action::"authorize:list", resource is k8s::core::pods)
when { resource.fieldSelector.contains("spec.nodeName In node-1") };
@id("own-labels")
permit (principal, action == Action::"authorize:watch", resource)
when { resource has labelSelector && resource.labelSelector.contains("team In a,b") };
@id("health")
permit (principal, action == Action::"authorize:get", resource == k8s::path::"/healthz");
@id("no-secrets")
@reason("Nobody reads secrets here.")
forbid (principal, action == Action::"authorize:get", resource is k8s::core::secrets);
@id("logs")
permit (principal, action == Action::"authorize:get:log", resource == k8s::core::pods::"shop/web");
@id("robots")
permit (principal == workload::"system:serviceaccount:ci:robot", action, resource is k8s::apps::deployments);
`;

interface Options {
  readonly pep?: string;
  readonly version?: string;
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** SubjectAccessReview of authorization.k8s.io (protocols.md §6.2). */
describe('the authorization webhook', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await openCluster();
    await cluster.apply(TENANT, {
      peps: `- { name: last, kind: kubernetes, key: ${keyOf(TENANT, 'last')}, authoritative: true }
- { name: quiet, kind: kubernetes, mode: monitor, key: ${keyOf(TENANT, 'quiet')}, authoritative: true }
- { name: gateway, kind: gateway, key: ${keyOf(TENANT, 'gateway')} }
`,
      policies: POLICIES,
    });
  });
  afterAll(() => cluster.close());

  const send = (spec: object, { pep = 'enforce', version = 'v1', ...changes }: Options = {}) =>
    cluster.post('/v1/kubernetes/authorize', {
      key: keyOf(TENANT, pep),
      json: {
        apiVersion: `authorization.k8s.io/${version}`,
        kind: 'SubjectAccessReview',
        spec,
        ...changes,
      },
    });
  const status = async (spec: object, options: Options = {}) => {
    const { status: code, text } = await send(spec, options);
    expect(code).toBe(200);
    return (JSON.parse(text) as { status: Record<string, unknown> }).status;
  };
  const developer = { user: 'dana', groups: ['shop-devs'], uid: '1', extra: { a: ['b'] } };

  test('answers with the version and the kind that it was asked with', async () => {
    const { text, headers } = await send({ ...developer, resourceAttributes: PODS });
    const id = headers.get('x-decision-id') ?? '';
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      status: { allowed: true, reason: `Permitted. Decision ${id}.` },
    });
    expect(await cluster.latest(TENANT)).toMatchObject({
      id,
      action: 'authorize:get',
      resource: { type: 'k8s::core::pods', id: 'shop/*' },
      subject: { type: 'user', id: 'dana' },
    });
  });

  test('reads the groups where v1beta1 has them, and nowhere else', async () => {
    const old = { user: 'dana', group: ['shop-devs'], resourceAttributes: PODS };
    expect(await status(old, { version: 'v1beta1' })).toMatchObject({ allowed: true });
    expect(await status(old)).toMatchObject({ allowed: false });
  });

  test('has no opinion on what it does not permit, so that the next authorizer decides', async () => {
    const answer = await status({ user: 'eve', resourceAttributes: PODS });
    expect(answer).toEqual({ allowed: false, reason: expect.stringMatching(/No policy permits/) });
  });

  test('denies for good only where it is declared to know the whole chain', async () => {
    const spec = { user: 'eve', resourceAttributes: PODS };
    expect(await status(spec, { pep: 'last' })).toMatchObject({ allowed: false, denied: true });
    const permitted = await status({ ...developer, resourceAttributes: PODS }, { pep: 'last' });
    expect(permitted).toMatchObject({ allowed: true });
    expect(permitted).not.toHaveProperty('denied');
  });

  test('says why', async () => {
    const secrets = { ...PODS, resource: 'secrets' };
    const { reason } = await status({ ...developer, resourceAttributes: secrets });
    expect(reason).toContain('Nobody reads secrets here. (no-secrets)');
  });

  test('has no opinion at all where it only observes: a permit would give access here', async () => {
    for (const pep of ['monitor', 'quiet', 'warn']) {
      const permitted = await status({ ...developer, resourceAttributes: PODS }, { pep });
      expect(permitted).toEqual({ allowed: false });
    }
    const spec = { user: 'eve', resourceAttributes: PODS };
    expect(await status(spec, { pep: 'quiet' })).toEqual({ allowed: false });
    expect(await cluster.latest(TENANT)).toMatchObject({ mode: 'monitor', effective: false });
    expect((await status(spec, { pep: 'warn' }))['reason']).toMatch(/^Would not be permitted: /);
  });

  test('never takes a permit to admit for a permit to do', async () => {
    const create = { ...PODS, verb: 'create' };
    expect(await status({ ...developer, resourceAttributes: create })).toMatchObject({
      allowed: false,
    });
  });

  test('judges paths that are no resources', async () => {
    const path = (name: string) => ({
      user: 'eve',
      nonResourceAttributes: { path: name, verb: 'get' },
    });
    expect(await status(path('/healthz'))).toMatchObject({ allowed: true });
    expect(await status(path('/metrics'))).toMatchObject({ allowed: false });
    expect((await cluster.latest(TENANT)).resource).toEqual({ type: 'k8s::path', id: '/metrics' });
  });

  test.each([
    ['node-1', 'In', true],
    ['node-2', 'In', false],
    ['node-1', 'NotIn', false],
    ['node-1', 'Unheard', false],
  ])('requires a field selector: %s %s', async (node, operator, allowed) => {
    const requirements = [{ key: 'spec.nodeName', operator, values: [node] }];
    const fieldSelector = { rawSelector: 'spec.nodeName=node-1', requirements };
    const resourceAttributes = { ...PODS, verb: 'list', namespace: '', fieldSelector };
    expect(await status({ user: 'kubelet', resourceAttributes })).toMatchObject({ allowed });
  });

  test('ignores a raw selector, and what of a selector it cannot read', async () => {
    const list = { ...PODS, verb: 'list', namespace: '' };
    const ask = (fieldSelector: unknown) =>
      status({ user: 'kubelet', resourceAttributes: { ...list, fieldSelector } });
    for (const selector of [
      { rawSelector: 'spec.nodeName=node-1' },
      { requirements: [{ key: 'spec.nodeName', operator: 'In', values: 'node-1' }] },
      { requirements: 'spec.nodeName In node-1' },
      null,
    ])
      expect(await ask(selector)).toMatchObject({ allowed: false });
  });

  test('reads the values of a label selector in any order', async () => {
    const labelSelector = { requirements: [{ key: 'team', operator: 'In', values: ['b', 'a'] }] };
    const resourceAttributes = { ...PODS, verb: 'watch', labelSelector };
    expect(await status({ user: 'eve', resourceAttributes })).toMatchObject({ allowed: true });
  });

  test('takes an empty namespace for all of them', async () => {
    const everywhere = { ...PODS, namespace: '' };
    expect(await status({ ...developer, resourceAttributes: everywhere })).toMatchObject({
      allowed: false,
    });
    expect((await cluster.latest(TENANT)).resource.id).toBe('*/*');
  });

  test('tells a part of an object from all of it', async () => {
    const log = { ...PODS, name: 'web', subresource: 'log' };
    expect(await status({ user: 'eve', resourceAttributes: log })).toMatchObject({ allowed: true });
    expect(
      await status({ user: 'eve', resourceAttributes: { ...PODS, name: 'web' } }),
    ).toMatchObject({ allowed: false });
  });

  test('knows a service account by its full name', async () => {
    const user = 'system:serviceaccount:ci:robot';
    const deployments = { ...PODS, verb: 'patch', group: 'apps', resource: 'deployments' };
    const spec = { user, resourceAttributes: deployments };
    expect(await status(spec)).toMatchObject({ allowed: true });
  });

  test.each<[string, object, RegExp]>([
    ['nobody', { resourceAttributes: PODS }, /spec\.user is required/],
    ['nothing', { user: 'eve' }, /either resourceAttributes or nonResourceAttributes/],
    [
      'two things at once',
      { user: 'eve', resourceAttributes: PODS, nonResourceAttributes: { path: '/', verb: 'get' } },
      /either/,
    ],
    ['no verb', { user: 'eve', resourceAttributes: { ...PODS, verb: '' } }, /verb is required/],
    ['no resource', { user: 'eve', resourceAttributes: { verb: 'get' } }, /resource is required/],
    ['a verb that is a number', { user: 'eve', resourceAttributes: { verb: 1 } }, /must be a text/],
  ])('says what is wrong with a review of %s', async (_what, spec, message) => {
    const answer = await status(spec);
    expect(answer).toEqual({ allowed: false, evaluationError: expect.stringMatching(message) });
    expect(await status(spec, { pep: 'last' })).toMatchObject({ allowed: false, denied: true });
  });

  test.each([
    ['apiVersion', { apiVersion: 'authorization.k8s.io/v2' }],
    ['kind', { kind: 'SelfSubjectAccessReview' }],
  ])('is no answer to a body with another %s', async (field, changes) => {
    const { status: code, text } = await send({ user: 'eve', resourceAttributes: PODS }, changes);
    expect(code).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ field });
  });

  test('is for API servers alone', async () => {
    expect((await send({ user: 'eve', resourceAttributes: PODS }, { pep: 'gateway' })).status).toBe(
      403,
    );
  });
});
