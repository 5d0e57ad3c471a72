import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GuardOptions } from '../src/guard/judge.js';
import { type Application, startExpress, startFastify, startNest } from './guarded-apps.js';
import { answer, type Behaviour, clientOf, type OtherPdp, startOtherPdp } from './other-pdp.js';

describe.each([
  ['Express', startExpress],
  ['Fastify', startFastify],
  ['Nest', startNest],
])('the guard for %s', (_name, start) => {
  let pdp: OtherPdp;
  let app: Application | undefined;
  beforeEach(async () => {
    pdp = await startOtherPdp();
    pdp.behave(byUser);
  });
  afterEach(async () => {
    await app?.close();
    await pdp.close();
  });

  const begin = async (options: GuardOptions = {}, client?: Parameters<typeof clientOf>[1]) => {
    app = await start(
      clientOf(pdp, { obligations: { log: () => undefined, fails }, ...client }),
      options,
    );
  };
  const call = async (
    path: string,
    init: { method?: string; headers?: Record<string, string> } = {},
  ) => {
    const response = await fetch(`${app?.url}${path}`, init);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, headers: response.headers, text, type };
  };
  const as = (user: string) => ({ headers: { 'x-user': user } });

  test('lets through what is permitted, and nothing that is denied', async () => {
    await begin();
    const permitted = await call('/records/42', as('dana'));
    expect([permitted.status, permitted.text]).toEqual([200, expect.stringContaining('through')]);
    const denied = await call('/records/42', as('mallory'));
    expect([denied.status, denied.type]).toEqual([
      403,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(JSON.parse(denied.text)).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: 'The role must be granted first.',
      reason: 'grant-missing',
      reasons: ['grant-missing'],
      decision_id: 'd-1',
    });
    expect(denied.headers.get('x-decision-id')).toBe('d-1');
    expect(denied.headers.get('cache-control')).toBe('no-store');
  });

  test('asks who it is with 401 and a challenge', async () => {
    await begin();
    for (const init of [{}, as('nobody')]) {
      const { status, headers, text } = await call('/records/42', init);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(JSON.parse(text)).toMatchObject({ reason: 'subject-token-missing' });
    }
    const expired = await call('/records/42', as('expired'));
    expect(expired.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  test('lets nothing through when nobody answers, and says that it is not the request', async () => {
    await begin({}, { deadlineMs: 200, attemptMs: 100 });
    pdp.behave((response) => void response.destroy());
    for (const onFailure of ['deny', 'throw'] as const) {
      await app?.close();
      await begin({}, { deadlineMs: 200, attemptMs: 100, onFailure });
      const { status, text } = await call('/records/42', as('dana'));
      expect([status, JSON.parse(text)]).toEqual([
        503,
        expect.objectContaining({ reason: expect.any(String) }),
      ]);
      expect(text).not.toContain('through');
    }
  });

  test('lets nothing through that is not declared, or whose mapping fails', async () => {
    await begin();
    const forgotten = await call('/forgotten', as('dana'));
    expect([forgotten.status, JSON.parse(forgotten.text)]).toEqual([
      403,
      expect.objectContaining({ reason: 'route-unknown' }),
    ]);
    const broken = await call('/broken', as('dana'));
    expect([broken.status, JSON.parse(broken.text)]).toEqual([
      500,
      expect.objectContaining({ reason: 'guard-failed' }),
    ]);
    expect(pdp.received).toEqual([]);
    expect((await call('/open')).status).toBe(200);
    expect(pdp.received).toEqual([]);
  });

  test('fulfils obligations before it lets through, and does not where one fails', async () => {
    await begin();
    expect((await call('/records/42', as('obliged'))).status).toBe(200);
    for (const user of ['failing', 'unknown']) {
      const { status, text } = await call('/records/42', as(user));
      expect([status, JSON.parse(text)]).toEqual([
        403,
        expect.objectContaining({ reason: expect.stringMatching(/^obligation-/) }),
      ]);
    }
  });

  test('asks for HEAD what it would for GET, unless told otherwise', async () => {
    await begin();
    const head = await call('/records/42', { method: 'HEAD', ...as('mallory') });
    expect([head.status, head.text]).toEqual([403, '']);
    expect((await call('/records/42', { method: 'HEAD', ...as('dana') })).status).toBe(200);
    expect(pdp.received.map(({ body }) => JSON.parse(body).action.name)).toEqual(['GET', 'GET']);
    await app?.close();
    await begin({ head: 'ask' });
    await call('/records/42', { method: 'HEAD', ...as('dana') });
    expect(JSON.parse(pdp.received[2]?.body ?? '{}')).toMatchObject({ action: { name: 'HEAD' } });
  });

  test('asks for every method by its name', async () => {
    await begin();
    expect((await call('/records/42', { method: 'POST', ...as('mallory') })).status).toBe(403);
    expect((await call('/records/42', { method: 'POST', ...as('dana') })).text).toContain(
      'through',
    );
    expect(pdp.received.map(({ body }) => JSON.parse(body).action.name)).toEqual(['POST', 'POST']);
  });
});

describe('OPTIONS', () => {
  test('is asked like any other method; only a preflight passes, where it may', async () => {
    const pdp = await startOtherPdp();
    pdp.behave(answer({ decision: false }));
    const plain = { 'x-user': 'dana' };
    const preflight = {
      ...plain,
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
    };
    const statuses: number[] = [];
    for (const options of ['ask', 'pass-preflight'] as const)
      for (const headers of [plain, preflight]) {
        const app = await startExpress(clientOf(pdp), { options });
        statuses.push(
          (await fetch(`${app.url}/records/42`, { method: 'OPTIONS', headers })).status,
        );
        await app.close();
      }
    expect(statuses).toEqual([403, 403, 403, 200]);
    await pdp.close();
  });
});

const fails = () => Promise.reject(new Error('it cannot be done'));
const REASONS: Record<string, unknown> = {
  mallory: {
    decision: false,
    context: { reasons: [{ code: 'grant-missing', message: 'The role must be granted first.' }] },
  },
  nobody: {
    decision: false,
    context: { reasons: [{ code: 'subject-token-missing', message: 'Sign in.' }] },
  },
  expired: {
    decision: false,
    context: { reasons: [{ code: 'subject-token-expired', message: 'Sign in.' }] },
  },
  obliged: { decision: true, context: { obligations: [{ id: '1', type: 'log' }] } },
  failing: {
    decision: true,
    context: {
      obligations: [
        { id: '1', type: 'log' },
        { id: '2', type: 'fails' },
      ],
    },
  },
  unknown: { decision: true, context: { obligations: [{ id: '1', type: 'unknown' }] } },
};
const byUser: Behaviour = (response, received, count) => {
  const { subject } = JSON.parse(received.body) as { subject: { id: string } };
  return answer(REASONS[subject.id] ?? { decision: true }, { 'x-decision-id': 'd-1' })(
    response,
    received,
    count,
  );
};
