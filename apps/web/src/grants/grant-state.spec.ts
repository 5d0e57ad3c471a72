import { describe, expect, it } from '@jest/globals';
import { stateNow } from './grant-state.js';

const grant = { state: 'active', startsAt: '2026-11-22T06:00:00Z', endsAt: '2026-11-22T06:10:00Z' };
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe('state of a grant at a moment', () => {
  it('ends by time alone, at the very instant of its end', () => {
    expect(stateNow(grant, at('06:09:59.999'))).toBe('active');
    expect(stateNow(grant, at('06:10:00'))).toBe('ended');
  });

  it('is scheduled before it starts, and what was ended early stays so', () => {
    expect(stateNow(grant, at('05:59:59'))).toBe('scheduled');
    expect(stateNow({ ...grant, state: 'revoked' }, at('06:05:00'))).toBe('revoked');
  });
});
