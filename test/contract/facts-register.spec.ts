import { FakeFactsRegister } from '../../apps/api/src/registers/facts.fake.js';
import { describeFactsRegister } from './facts-register.contract.js';

describeFactsRegister('FakeFactsRegister', (clock) => {
  const facts = new FakeFactsRegister({ nowMs: () => clock.nowMs });
  return Promise.resolve({
    facts,
    write: (tenantId, ...stored) => {
      for (const fact of stored) facts.put(tenantId, fact);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
