import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import { manifestCalled, responseOf, reviewOf } from '../../support/admission-reviews.js';
import { keyOf, openCluster, type TestCluster } from '../../support/kubernetes-cluster.js';

jest.setTimeout(180_000);

const PATH = '/v1/kubernetes/admission';
const TENANT = 'cluster';
const POD = manifestCalled('keeps every rule');
const PRIVILEGED = manifestCalled('is privileged');
const OLD = { ...POD, metadata: { ...(POD['metadata'] as object), labels: {} } } as JsonObject;

/** AdmissionReview of admission.k8s.io/v1, to the letter (protocols.md §6.1). */
describe('the admission webhook', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await openCluster();
    await cluster.apply(TENANT, {
      peps: `- { name: gateway, kind: gateway, key: ${keyOf(TENANT, 'gateway')} }
- { name: silent, kind: kubernetes, key: ${keyOf(TENANT, 'silent')}, trustedProperties: [ip] }
`,
      policies: OWN_POLICIES,
    });
  });
  afterAll(() => cluster.close());

  const send = (json: unknown, { pep = 'enforce', query = '' } = {}) =>
    cluster.post(`${PATH}${query}`, { key: keyOf(TENANT, pep), json });
  const ask = async (object: JsonObject, changes: object = {}) => {
    const answer = await send(reviewOf(object, changes));
    expect(answer.status).toBe(200);
    return { ...answer, response: responseOf(answer), entry: await cluster.latest(TENANT) };
  };

  test('answers with the version, the kind and the uid that it was asked with', async () => {
    const { text, headers } = await ask(POD, { uid: 'a-uid' });
    const id = headers.get('x-decision-id');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'a-uid',
        allowed: true,
        auditAnnotations: { 'decision-id': id, 'policy-version': expect.any(String) },
      },
    });
  });

  test('denies in its answer, never by its status, and says which decision to quote', async () => {
    const { response, headers, entry } = await ask(PRIVILEGED);
    expect(response).toMatchObject({
      allowed: false,
      status: { status: 'Failure', code: 403, reason: 'Forbidden' },
    });
    expect(response.status?.message).toContain(`Decision ${headers.get('x-decision-id') ?? ''}.`);
    expect(response.status?.message).toContain('A container is privileged.');
    expect(response.auditAnnotations?.['opposed-by']).toBe('no-privileged-containers=enforce');
    expect(entry).toMatchObject({ id: headers.get('x-decision-id'), decision: false });
    expect(response).not.toHaveProperty('patch');
  });

  test('knows a service account as a workload, and everybody else as a user', async () => {
    const username = 'system:serviceaccount:ci:deployer';
    const { entry } = await ask(POD, {
      userInfo: { username, groups: ['system:serviceaccounts'] },
    });
    expect(entry.subject).toEqual({ type: 'workload', id: username });
    expect((await ask(POD)).entry.subject).toEqual({ type: 'user', id: 'alice' });
  });

  test('tells policies the groups of who asks, and the namespace of a service account', async () => {
    const delivery = reviewOf(POD, { operation: 'DELETE', object: null, oldObject: POD });
    const as = async (userInfo: object) => {
      const request = { ...(delivery['request'] as object), userInfo };
      return responseOf(await send({ ...delivery, request })).allowed;
    };
    expect(await as({ username: 'bob', groups: ['devs'] })).toBe(true);
    expect(await as({ username: 'bob', groups: ['devs', 'interns'] })).toBe(false);
    expect(await as({ username: 'system:serviceaccount:shop:x' })).toBe(true);
    expect(await as({ username: 'system:serviceaccount:untrusted:x' })).toBe(false);
  });

  test('names resource and action as the log shows them', async () => {
    const { entry } = await ask(POD);
    expect(entry).toMatchObject({ action: 'create' });
    expect(entry.resource).toEqual({ type: 'k8s::core::pods', id: 'shop/web' });
    const deployment = manifestCalled('a deployment that keeps every rule');
    expect((await ask(deployment)).entry.resource.type).toBe('k8s::apps::deployments');
  });

  test('names what the server will name by how the name begins', async () => {
    const metadata = { ...(POD['metadata'] as object), name: undefined, generateName: 'web-' };
    const { entry } = await ask({ ...POD, metadata } as unknown as JsonObject, { name: '' });
    expect(entry.resource.id).toBe('shop/web-*');
  });

  test('judges an update by what the object becomes', async () => {
    const update = { operation: 'UPDATE', oldObject: PRIVILEGED };
    expect((await ask(POD, update)).response.allowed).toBe(true);
    const { response, entry } = await ask(PRIVILEGED, { ...update, oldObject: POD });
    expect(response.allowed).toBe(false);
    expect(entry.action).toBe('update');
  });

  test('lets policies compare an object with what it was', async () => {
    const frozen = { ...POD, metadata: { ...(POD['metadata'] as object), labels: { team: 'b' } } };
    const { entry } = await ask(POD, { operation: 'UPDATE', oldObject: frozen });
    expect(entry.determining.map(({ id }) => id)).toEqual(['team-is-fixed']);
  });

  test('denies an update that comes without what was there before', async () => {
    const { response } = await ask(POD, { operation: 'UPDATE', oldObject: null });
    expect(response.status?.message).toContain('(readable-objects)');
  });

  test('judges a deletion by what is deleted, which is in oldObject alone', async () => {
    const { entry, response } = await ask(PRIVILEGED, {
      operation: 'DELETE',
      object: null,
      oldObject: PRIVILEGED,
    });
    expect(response.allowed).toBe(true);
    expect(entry).toMatchObject({ action: 'delete', decision: true });
    const { resource } = entry.request as { resource: { properties: JsonObject } };
    expect(resource.properties).toMatchObject({ kind: 'Pod', labels: { team: 'shop' } });
  });

  test('says what of an object it did not understand', async () => {
    const { response } = await ask(manifestCalled('a flag that is a text'));
    expect(response.status?.message).toContain('(readable-objects) Not understood: spec.hostPID.');
  });

  test('judges what is added to a pod that is being deleted', async () => {
    const metadata = { ...(OLD['metadata'] as object), deletionTimestamp: '2026-03-01T12:00:00Z' };
    const dying = { ...PRIVILEGED, metadata } as JsonObject;
    const changes = { operation: 'UPDATE', subResource: 'ephemeralcontainers', oldObject: dying };
    expect((await ask(dying, changes)).response.allowed).toBe(false);
  });

  test('lets finalizers go from what is being deleted', async () => {
    const metadata = { ...(OLD['metadata'] as object), deletionTimestamp: '2026-03-01T12:00:00Z' };
    const dying = { ...PRIVILEGED, metadata } as JsonObject;
    const { response } = await ask(dying, { operation: 'UPDATE', oldObject: dying });
    expect(response.allowed).toBe(true);
  });

  test('tells a dry run from the real thing, in the log and to policies', async () => {
    const { response, entry } = await ask(POD, { dryRun: true });
    expect(response.allowed).toBe(true);
    expect(entry.request).toMatchObject({ context: { dryRun: true, operation: 'CREATE' } });
    expect((await ask(POD)).entry.request).toMatchObject({ context: { dryRun: false } });
  });

  test('names the part of an object that an operation is about', async () => {
    const options = { apiVersion: 'v1', kind: 'PodExecOptions', command: ['sh'], stdin: true };
    const exec = { operation: 'CONNECT', subResource: 'exec', namespace: 'shop', name: 'web' };
    const pods = { group: '', version: 'v1', resource: 'pods' };
    const { response, entry } = await ask(options, { ...exec, resource: pods });
    expect(response.allowed).toBe(false);
    expect(entry).toMatchObject({ action: 'connect:exec', resource: { id: 'shop/web' } });
    expect(entry.determining.map(({ id }) => id)).toEqual(['no-exec']);
  });

  test('tells policies how far something is scaled', async () => {
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 500 },
    };
    const changes = {
      operation: 'UPDATE',
      subResource: 'scale',
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      oldObject: { ...scale, spec: { replicas: 1 } },
    };
    const { entry, response } = await ask(scale, changes);
    expect(entry).toMatchObject({ action: 'update:scale', decision: false });
    expect(response.status?.message).toContain('(few-replicas)');
    const few = { ...scale, spec: { replicas: 3 } };
    expect((await ask(few, changes)).response.allowed).toBe(true);
  });

  test('judges what has no namespace', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } };
    const { entry } = await ask(namespace, { namespace: 'new' });
    expect(entry.resource).toEqual({ type: 'k8s::core::namespaces', id: 'new' });
  });

  test('judges manifests of two megabytes', async () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [`a/${n}`, 'x'.repeat(1_000)]),
    );
    const metadata = { ...(POD['metadata'] as object), annotations };
    const { response, entry } = await ask({ ...POD, metadata } as JsonObject);
    expect(response.allowed).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(64 * 1_024);
  });

  test('never logs what a Secret holds', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 's',
        namespace: 'shop',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration':
            '{"data":{"password":"aHVudGVyMg=="}}',
        },
      },
      data: { password: 'aHVudGVyMg==' },
    };
    const { entry } = await ask(secret);
    expect(JSON.stringify(entry)).not.toContain('aHVudGVyMg');
  });

  test('denies where a policy that forbids cannot be evaluated', async () => {
    const { response, entry } = await ask({
      ...POD,
      metadata: {
        ...(POD['metadata'] as object),
        labels: { 'app.kubernetes.io/name': 'x', team: 'x', fails: 'x' },
      },
    });
    expect(response.allowed).toBe(false);
    expect(entry).toMatchObject({
      decision: false,
      reasons: ['policy-error'],
      erroring: ['fails'],
    });
  });

  test.each<[string, object, RegExp]>([
    ['an operation that there is not', { operation: 'PATCH' }, /request\.operation must be one of/],
    ['nobody who asks', { userInfo: null }, /request\.userInfo/],
    ['a user without a name', { userInfo: { username: '' } }, /request\.userInfo\.username/],
    ['groups that are no list', { userInfo: { username: 'a', groups: 'b' } }, /groups/],
    ['no kind', { kind: { group: '', version: 'v1' } }, /request\.kind\.kind is required/],
    ['no resource', { resource: null }, /request\.resource/],
    ['an object that is none', { object: [] }, /request\.object must be an object/],
    ['a dry run that is a text', { dryRun: 'true' }, /request\.dryRun/],
  ])('denies, and records it, where a review has %s', async (_what, changes, message) => {
    const { response, entry, headers } = await ask(POD, changes);
    expect(response.allowed).toBe(false);
    expect(response.status?.message).toMatch(message);
    expect(entry).toMatchObject({
      id: headers.get('x-decision-id'),
      decision: false,
      reasons: ['request-invalid'],
    });
  });

  test.each<[string, unknown, string]>([
    [
      'an older version',
      { ...reviewOf(POD), apiVersion: 'admission.k8s.io/v1beta1' },
      'apiVersion',
    ],
    ['another kind', { ...reviewOf(POD), kind: 'TokenReview' }, 'kind'],
    ['no uid', reviewOf(POD, { uid: undefined }), 'request.uid'],
    ['no request', { ...reviewOf(POD), request: null }, 'request.uid'],
  ])('is no answer to a body with %s', async (_what, json, field) => {
    const { status, text } = await send(json);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: 'bad-request', field });
  });

  test.each([
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    ['an array', '[]', 400],
    ['a name twice', '{"kind":"AdmissionReview","kind":"AdmissionReview"}', 400],
    ['too many levels', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 400],
    ['too much', JSON.stringify({ a: 'x'.repeat(3 * 1_024 * 1_024) }), 413],
  ])('is no answer to %s', async (_what, body, expected) => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await cluster.post(PATH, { key: keyOf(TENANT, 'enforce'), body, headers });
    expect(status).toBe(expected);
  });

  test('is for API servers: others are sent away', async () => {
    expect((await cluster.post(PATH, { json: reviewOf(POD) })).status).toBe(401);
    expect((await send(reviewOf(POD), { pep: 'nobody' })).status).toBe(401);
    expect((await send(reviewOf(POD), { pep: 'gateway' })).status).toBe(403);
  });

  test('denies where the enforcement point may not say who asks', async () => {
    const answer = await send(reviewOf(POD), { pep: 'silent' });
    expect(responseOf(answer)).toMatchObject({ allowed: false });
    expect((await cluster.latest(TENANT)).reasons).toEqual(['subject-not-asserted']);
  });
});

const OWN_POLICIES = `
@id("team-is-fixed")
forbid (principal, action == Action::"update", resource)
when { resource has old && resource.old.labels has team && resource.labels has team && resource.old.labels.team != resource.labels.team };
@id("no-exec")
forbid (principal, action == Action::"connect:exec", resource);
@id("few-replicas")
forbid (principal, action == Action::"update:scale", resource)
when { resource has replicas && resource.replicas > 100 };
@id("no-interns")
forbid (principal, action == Action::"delete", resource)
when { principal.groups.contains("interns") };
@id("no-untrusted")
forbid (principal is workload, action == Action::"delete", resource)
when { principal.namespace == "untrusted" };
@id("fails")
forbid (principal, action, resource)
when { resource has labelKeys && resource.labelKeys.contains("fails") && resource.nothing };
`;
