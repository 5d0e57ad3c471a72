import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { manifestCalled, responseOf, reviewOf } from '../../support/admission-reviews.js';
import { keyOf, openCluster, type TestCluster } from '../../support/kubernetes-cluster.js';

jest.setTimeout(180_000);

const TENANT = 'cluster';
const POD = manifestCalled('keeps every rule');

/** What the API server hears when Postgres does not do what it should. */
describe('the Kubernetes door with a log that fails', () => {
  let cluster: TestCluster;
  let owner: pg.Client;
  beforeAll(async () => {
    cluster = await openCluster();
    await cluster.apply(TENANT, {
      peps: `- { name: last, kind: kubernetes, key: ${keyOf(TENANT, 'last')}, authoritative: true }\n`,
    });
    owner = new pg.Client({ connectionString: cluster.registers.url });
    await owner.connect();
    await admit();
  });
  afterAll(async () => {
    await owner.end();
    await cluster.close();
  });

  const admit = (query = '', pep = 'enforce') =>
    cluster.post(`/v1/kubernetes/admission${query}`, {
      key: keyOf(TENANT, pep),
      json: reviewOf(POD),
    });
  const authorize = (pep: string) =>
    cluster.post('/v1/kubernetes/authorize', {
      key: keyOf(TENANT, pep),
      json: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: 'a', resourceAttributes: { verb: 'get', resource: 'pods' } },
      },
    });

  test.each(['enforce', 'warn', 'monitor'])(
    'denies by its answer in %s mode, for nothing could be recorded',
    async (mode) => {
      await owner.query('ALTER TABLE log_heads RENAME TO log_heads_gone');
      try {
        const answer = await admit('', mode);
        expect(answer.status).toBe(200);
        expect(responseOf(answer)).toMatchObject({
          allowed: false,
          status: {
            code: 403,
            message: 'The decision could not be recorded, so it is denied.',
          },
        });
        expect(answer.headers.get('x-decision-id')).toBeNull();
      } finally {
        await owner.query('ALTER TABLE log_heads_gone RENAME TO log_heads');
      }
      expect(responseOf(await admit('', mode)).allowed).toBe(true);
    },
  );

  test('gives no access, and leaves it to nobody else where it decides for good', async () => {
    await owner.query('ALTER TABLE log_heads RENAME TO log_heads_gone');
    try {
      const statusOf = async (pep: string) =>
        (JSON.parse((await authorize(pep)).text) as { status: object }).status;
      const evaluationError = 'The decision could not be recorded, so it is denied.';
      expect(await statusOf('enforce')).toEqual({ allowed: false, evaluationError });
      expect(await statusOf('last')).toEqual({ allowed: false, denied: true, evaluationError });
    } finally {
      await owner.query('ALTER TABLE log_heads_gone RENAME TO log_heads');
    }
  });

  test('denies before the API server stops waiting, and corrects the log afterwards', async () => {
    await owner.query('BEGIN');
    await owner.query('SELECT 1 FROM log_heads WHERE tenant_id = $1 FOR UPDATE', [TENANT]);
    const startedAt = performance.now();
    const answer = await admit('?timeout=3s');
    const tookMs = performance.now() - startedAt;
    await owner.query('ROLLBACK');
    expect(tookMs).toBeGreaterThan(2_400);
    expect(tookMs).toBeLessThan(3_000);
    expect(responseOf(answer)).toMatchObject({
      allowed: false,
      status: { message: 'The broker could not decide in time, so it is denied.' },
    });
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await cluster.latest(TENANT)).reasons.includes('deadline-exceeded')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const [late, correction] = (await cluster.decisions(TENANT)).slice(-2);
    expect(late).toMatchObject({ decision: true, resource: { id: 'shop/web' } });
    expect(correction).toMatchObject({
      decision: false,
      reasons: ['deadline-exceeded'],
      requestId: late?.requestId,
    });
  });
});
