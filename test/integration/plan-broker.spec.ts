import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { verifyTlogProof } from '@sallyport/audit';
import type { PlanAnswer, PlanEntry } from '@sallyport/contracts';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';

jest.setTimeout(60_000);

const TENANT = 'clinic';
const KEY = 'clinic-records-key';
const PEPS = `- name: records
  kind: data
  key: ${KEY}
  data:
    record:
      table: clinic.records
      id: { column: id }
      columns:
        ward: { column: ward_id, field: wardId, type: entity, entity: ward, required: true }
        ssn: { column: ssn, type: string }
`;
const FILES = {
  'tenant.yaml': `name: ${TENANT}\n`,
  'policies/main.cedar': `
@id("ward") @obligation("{\\"type\\":\\"mask\\",\\"mask\\":{\\"ssn\\":{\\"method\\":\\"partial\\",\\"keepLast\\":4}}}")
permit (principal, action == Action::"list", resource is record) when { principal in resource.ward };
`,
  'entities/all.json': JSON.stringify([
    { uid: { type: 'user', id: 'ann' }, attrs: {}, parents: [{ type: 'ward', id: 'w1' }] },
    { uid: { type: 'ward', id: 'w1' }, attrs: {}, parents: [{ type: 'ward', id: 'house' }] },
  ]),
  'peps.yaml': PEPS,
};

/** Over HTTP, from the declared table to the proof of the log entry. */
describe('a data layer of a running broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    const call = { key: broker.adminToken, json: { files: FILES } };
    await broker.client.ok('PUT', `/v1/tenants/${TENANT}`, call);
  });
  afterAll(() => broker.close());

  const ask = (json: object) => broker.client.call('POST', '/v1/plan', { key: KEY, json });
  const question = {
    subject: { type: 'user', id: 'ann' },
    action: { name: 'list' },
    resource: { type: 'record' },
    target: 'sql',
  };

  it('gets a filter over the table that its tenant declared', async () => {
    const { status, text, headers } = await ask(question);
    expect(status).toBe(200);
    expect(JSON.parse(text) as PlanAnswer).toEqual({
      kind: 'conditional',
      filter: { text: '"records"."ward_id" = ANY($1::text[])', params: [['house', 'w1']] },
      masks: { ssn: { method: 'partial', keepLast: 4 } },
      policy_version: headers.get('x-policy-version'),
      complete: true,
    });
  });

  it('leaves an entry that auditors find, read and prove', async () => {
    const { headers } = await ask(question);
    const id = headers.get('x-decision-id') ?? '';
    const base = `/v1/tenants/${TENANT}/entries`;
    const reading = { key: broker.adminToken };
    const entry = await broker.client.call('GET', `${base}/${id}`, reading);
    expect(JSON.parse(entry.text) as PlanEntry).toMatchObject({
      type: 'plan',
      id,
      kind: 'conditional',
      resource: { type: 'record', id: '*' },
      filter: { op: 'in', field: 'ward', values: ['house', 'w1'] },
      determining: [{ id: 'ward', effect: 'permit' }],
    });
    const found = await broker.client.ok<{ entries: { summary: string }[] }>(
      'GET',
      `${base}?type=plan&limit=1`,
      reading,
    );
    expect(found.entries[0]?.summary).toBe('ann asked which record to list: conditional.');
    const vkey = (await broker.client.call('GET', `/log/${TENANT}/vkey`, reading)).text.trim();
    const proof = await proofOf(`${base}/${id}/proof`);
    const bytes = new TextEncoder().encode(entry.text);
    expect(verifyTlogProof({ proofText: proof, entry: bytes, vkey })).toMatchObject({ ok: true });
  });

  it('finds its declaration again in the exported directory', async () => {
    const { files } = await broker.client.ok<{ files: Record<string, string> }>(
      'GET',
      `/v1/tenants/${TENANT}`,
      { key: broker.adminToken },
    );
    expect(files['peps.yaml']).toContain('ward_id');
    const again = {
      key: broker.adminToken,
      json: { files: { ...FILES, 'peps.yaml': files['peps.yaml'] } },
    };
    await broker.client.ok('PUT', `/v1/tenants/${TENANT}`, again);
    expect((await ask(question)).status).toBe(200);
  });

  async function proofOf(path: string): Promise<string> {
    for (;;) {
      const { status, text } = await broker.client.call('GET', path, { key: broker.adminToken });
      if (status === 200) return text;
      expect(status).toBe(409);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});
