import { describe, expect, test } from '@jest/globals';
import { DANA, NOW_MS } from './acme.fake.js';
import { startBroker } from './decide.fake.js';

const read = {
  tenantId: 'acme',
  subject: DANA,
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
  deviceId: 'dana-laptop',
};
const grant = {
  id: 'preview',
  role: { type: 'role', id: 'prod-db-reader' },
  endsAtMs: NOW_MS + 600_000,
  breakGlass: false,
};

describe('a preview', () => {
  test('says what a grant would permit, from where the subject was seen last, and leaves no trace', async () => {
    const broker = await startBroker();
    const place = { country: 'DE', atMs: NOW_MS - 60_000 };
    broker.facts.recordPlace('acme', DANA, place);
    const stored = broker.facts.storedPlaces.length;
    expect(broker.decide.preview(read)).toMatchObject({ permitted: false });
    const after = broker.decide.preview({ ...read, extraGrants: [grant] });
    expect(after).toMatchObject({
      permitted: true,
      determining: [{ id: 'prod-read' }],
      facts: { network: { country: 'DE', continent: 'EU' } },
    });
    expect(broker.decide.preview({ ...read, extraGrants: [grant], ip: '8.8.8.8' })).toMatchObject({
      permitted: false,
    });
    expect(broker.log.entries('acme')).toEqual([]);
    expect(broker.facts.storedPlaces).toHaveLength(stored);
  });

  test('of a subject that was never seen comes from nowhere', async () => {
    const broker = await startBroker();
    expect(broker.decide.preview({ ...read, extraGrants: [grant] })).toMatchObject({
      permitted: false,
      facts: { missing: ['country-unknown'] },
    });
  });

  test('of an unknown tenant is none', async () => {
    const broker = await startBroker();
    expect(broker.decide.preview({ ...read, tenantId: 'nobody' })).toBeUndefined();
  });
});
