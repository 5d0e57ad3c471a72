import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import { manifestCalled, reviewOf } from '../../support/admission-reviews.js';
import { startInProcess, type TestBroker } from '../../support/broker-in-process.js';
import { keyOf, packFor } from '../../support/kubernetes-cluster.js';

jest.setTimeout(180_000);

const TENANT = 'cluster';

interface Report {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly summary: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly policy: string;
    readonly result: string;
    readonly resources: readonly object[];
  }[];
}

/** PolicyReport of wgpolicyk8s.io/v1alpha2 (protocols.md §6.5), on the whole broker. */
describe('the reports of a cluster', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    const files = packFor(TENANT, { policyMode: 'monitor' });
    const warns = files.get('policies/operations.cedar') ?? '';
    files.set('policies/operations.cedar', warns.replaceAll('"monitor"', '"warn"'));
    await broker.client.ok('PUT', `/v1/tenants/${TENANT}`, {
      key: broker.adminToken,
      json: { files: Object.fromEntries(files) },
    });
    await admit(broker, 'keeps every rule');
    await admit(broker, 'a deployment of the kind that tutorials show');
    await admit(broker, 'is on the network of its node', { name: 'tried', dryRun: true });
    await admit(broker, 'a stateful set without limits', {}, 'monitor');
  });
  afterAll(() => broker.close());

  const reports = async (pep = 'enforce') => {
    const list = await broker.client.ok<{ items: Report[] }>('GET', '/v1/kubernetes/reports', {
      key: keyOf(TENANT, pep),
    });
    expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List' });
    return list.items;
  };

  test('name each policy that stood against what was let in, with control and severity', async () => {
    const [report, ...others] = await reports();
    expect(others).toEqual([]);
    expect(report).toMatchObject({
      apiVersion: 'wgpolicyk8s.io/v1alpha2',
      kind: 'PolicyReport',
      metadata: { name: 'sallyport-enforce', namespace: 'shop' },
      summary: { pass: 1, fail: 5, warn: 2, error: 0, skip: 0 },
    });
    const resource = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'nginx',
    };
    expect(report?.results).toContainEqual({
      source: 'sallyport',
      policy: 'allowed-registries',
      category: 'CIS-K8S:5.5.1',
      severity: 'high',
      timestamp: { seconds: expect.any(Number), nanos: expect.any(Number) },
      result: 'fail',
      scored: true,
      resources: [resource],
      message: 'An image comes from a registry that is not allowed.',
      properties: {
        decision: expect.any(String),
        mode: 'monitor',
        controls: 'CIS-K8S:5.5.1 NIST-800-53:CM-7',
      },
    });
    const warned = report?.results.filter(({ result }) => result === 'warn') ?? [];
    expect(warned.map(({ policy }) => policy)).toEqual(['limits-set', 'required-labels']);
  });

  test('are those of one API server each', async () => {
    const [report] = await reports('monitor');
    expect(report?.metadata.name).toBe('sallyport-monitor');
    expect(report?.results.map(({ policy }) => policy)).toEqual(['limits-set']);
    expect(await reports('warn')).toEqual([]);
  });

  test('forget what was put right, and what was deleted', async () => {
    const bad = manifestCalled('a deployment of the kind that tutorials show');
    const good = manifestCalled('a deployment that keeps every rule');
    const renamed = { ...good, metadata: bad['metadata'] } as JsonObject;
    const labels = { 'app.kubernetes.io/name': 'nginx', team: 'shop' };
    const metadata = { ...(bad['metadata'] as object), labels };
    await send(broker, { ...renamed, metadata } as JsonObject, {
      operation: 'UPDATE',
      oldObject: bad,
    });
    expect((await reports())[0]?.summary).toMatchObject({ pass: 2, fail: 0, warn: 0 });
    await send(broker, bad, { operation: 'DELETE', object: null, oldObject: bad });
    expect((await reports())[0]?.summary).toMatchObject({ pass: 1, fail: 0, warn: 0 });
  });

  test('are told to API servers alone', async () => {
    const ask = (key?: string) => broker.client.call('GET', '/v1/kubernetes/reports', { key });
    expect((await ask(broker.pepKeys.acme)).status).toBe(403);
    expect((await ask()).status).toBe(401);
  });
});

async function admit(
  broker: TestBroker,
  name: string,
  changes: object = {},
  pep = 'enforce',
): Promise<void> {
  await send(broker, manifestCalled(name), changes, pep);
}

async function send(
  broker: TestBroker,
  object: JsonObject,
  changes: object,
  pep = 'enforce',
): Promise<void> {
  const answer = await broker.client.ok<{ response: object }>('POST', '/v1/kubernetes/admission', {
    key: keyOf(TENANT, pep),
    json: reviewOf(object, changes),
  });
  expect(answer.response).toMatchObject({ allowed: true });
}
