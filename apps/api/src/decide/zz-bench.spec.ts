import { test } from '@jest/globals';
import { DANA } from './acme.fake.js';
import { startBroker } from './decide.fake.js';
test('bench', async () => {
  const broker = await startBroker();
  const tenant = broker.facts.tenant('acme')!;
  const real = tenant.policy!;
  Object.assign(tenant, { policy: { version: real.version, annotations: real.annotations, evaluate: () => ({ outcome: 'permit', determining: [], erroring: [], obligations: [], advice: [], controls: [] }) } });
  const pep = broker.facts.pepByKey('acme-gateway-key')!;
  const question = { subject: DANA, action: { name: 'read' }, resource: { type: 'database', id: 'prod' }, context: { ip: '193.99.144.80', device_id: 'dana-laptop' } };
  for (const n of [5000, 20000]) {
    const t = performance.now();
    for (let i = 0; i < n; i++) await broker.decide.decide({ pep, question });
    console.log((performance.now() - t) / n * 1000, 'µs per decide (with fake log encode)');
  }
  const body = JSON.stringify({ ...question });
  const t = performance.now();
  for (let i = 0; i < 3000; i++) await broker.server.inject({ method: 'POST', url: '/access/v1/evaluation', headers: { authorization: 'Bearer acme-gateway-key', 'content-type': 'application/json' }, payload: body });
  console.log((performance.now() - t) / 3000 * 1000, 'µs per inject');
}, 60000);
