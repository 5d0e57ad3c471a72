import { describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { acme, DANA } from '../acme.fake.js';
import { startBroker } from '../decide.fake.js';

describe('what an enforcement point may assert', () => {
  const pep = (trustedProperties?: string[]) =>
    acme({
      peps: acme().peps.map((one) => ({
        ...one,
        ...(trustedProperties === undefined ? {} : { trustedProperties }),
      })),
    });
  const body = {
    subject: { ...DANA, properties: { ip: 'x', clearance: 3 } },
    action: { name: 'knock', properties: { loud: true } },
    resource: { type: 'record', id: '42', properties: { patient: 'Patient/7' } },
    context: { ip: '193.99.144.80', device_id: 'dana-laptop', purpose: 'TREAT' },
  };
  const factsFor = async (trusted?: string[]) => {
    const broker = await startBroker(pep(trusted));
    const { body: answer } = await broker.post('/access/v1/evaluation', body);
    const entry = broker.log.entries('acme')[0] as DecisionEntry;
    return { decision: answer['decision'], facts: entry.facts, reasons: entry.reasons };
  };

  test('without a list: subject, address and device, no attributes', async () => {
    const { decision, facts } = await factsFor();
    expect(decision).toBe(true);
    expect(facts).toMatchObject({
      device: { id: 'dana-laptop' },
      network: { country: 'DE' },
      consent: { status: 'permit', directive: 'c42' },
    });
  });

  test('with an empty list: not even the subject', async () => {
    expect(await factsFor([])).toMatchObject({
      decision: false,
      reasons: ['subject-not-asserted'],
    });
  });

  test('with a list: exactly what it names', async () => {
    const { facts } = await factsFor(['subject', 'patient']);
    expect(facts.device).toBeUndefined();
    expect(facts.network).toBeUndefined();
    expect(facts.missing).toEqual(['device-unknown', 'country-unknown', 'consent-missing']);
  });
});
