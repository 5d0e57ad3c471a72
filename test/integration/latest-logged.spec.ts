import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { latestLoggedMs } from '../../apps/api/src/evidence/index.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';
import { decisionEntry } from '../support/log-entries.js';

describe('the latest moment that the logs have seen', () => {
  const LATER = '2031-05-06T07:08:09.123Z';
  let evidence: EvidenceHarness;
  beforeAll(async () => {
    evidence = await openEvidence();
  });
  afterAll(() => evidence.close());

  const latest = (...tenants: string[]) => latestLoggedMs(evidence.ports.reader, tenants);

  test('is none where nothing was logged', async () => {
    expect(await latest('acme', 'globex', 'nobody')).toBe(0);
  });

  test('is that of the last checkpoint, or of the last entry where that is later', async () => {
    await evidence.publish([decisionEntry(1)]);
    const { note } = await evidence.log.checkpoint('acme');
    const state = await evidence.ports.reader.state('acme');
    expect(note).toBe(state?.checkpoint?.note);
    expect(await latest('acme', 'globex')).toBe(state?.checkpoint?.signedAt.getTime());
    await evidence.audit.append('globex', [decisionEntry(2, { time: LATER })]);
    expect(await latest('acme', 'globex')).toBe(Date.parse(LATER));
  });
});
