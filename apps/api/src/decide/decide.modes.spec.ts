import { describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { acme, DANA } from './acme.fake.js';
import { startBroker } from './decide.fake.js';

const question = {
  subject: DANA,
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
};

describe('the answer to an enforcement point that only observes', () => {
  test.each(['monitor', 'warn'] as const)(
    'is true in %s mode, with the would-be decision in the log',
    async (mode) => {
      const broker = await startBroker(
        acme({ peps: acme().peps.map((pep) => ({ ...pep, mode })) }),
      );
      const { body, headers } = await broker.post('/access/v1/evaluation', question);
      const told = /^would be denied: no-matching-policy/;
      expect(body).toEqual(
        mode === 'monitor'
          ? { decision: true }
          : { decision: true, context: { warning: expect.stringMatching(told) } },
      );
      expect('x-sallyport-warning' in headers).toBe(mode === 'warn');
      const [entry] = broker.log.entries('acme') as DecisionEntry[];
      expect(entry).toMatchObject({ decision: true, effective: false, mode });
      expect(entry?.reasons).toContain('shadow-mode');
    },
  );
});
