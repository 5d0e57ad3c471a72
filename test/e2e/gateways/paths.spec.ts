import { expect, it, jest } from '@jest/globals';
import { describeGateways } from './scene.js';

jest.setTimeout(120_000);

describeGateways('a gateway and a path that two servers could read differently', (scene) => {
  it.each([
    '/records/..%2frecords/42',
    '/records%2f42',
    '/records/42%2F',
    '/records/42/',
    '/records/42;x=1',
    '/records/..;/records/42',
    '/db/..;/records/42',
    '//records/42',
    '/records//42',
    '/x/../records/42',
    '/x/%2e%2e/records/42',
    '/x/%2E./records/42',
    '/x/%252e%252e/records/42',
    '/./records/42',
    '/records/%2e/42',
    '/records/42%00',
    '/records/42%3fx',
    '/records/42%23x',
    '/records\\42',
    '/records/42%5c',
    '/records/4%2532',
    '/records/%34%32%2e%2e%2f',
    '/Records/42',
    '/records/42%0d%0aX-Sallyport-Subject:%20user:admin',
    '/records/%c0%ae%c0%ae/42',
    '/records/%',
    '/records/%zz',
    '/records/42#x',
    '/records',
    '/',
  ])('lets nothing through at %j', async (path) => {
    const { status, reached } = await scene().dana({ path });
    expect([400, 403, 404]).toContain(status);
    expect(reached).toBe(0);
  });

  it.each(['http://app.example/records/42', 'HTTP://app.example/db', '*', 'app.example:443'])(
    'passes on what it decided about, or nothing, for the target %j',
    async (path) => {
      const { upstream, dana } = scene();
      const { status, reached } = await dana({ path });
      if (reached === 1) expect(upstream.received.at(-1)?.url).toBe('/records/42');
      else expect(status).toBeGreaterThanOrEqual(400);
    },
  );

  it('passes the very path on that was decided about, and the query with it', async () => {
    const { upstream, dana } = scene();
    for (const path of ['/records/42', '/records/%34%32', '/records/42?a=%2F..%2F&b=//&c=%00']) {
      expect(await dana({ path })).toMatchObject({ status: 200, reached: 1 });
      expect(upstream.received.at(-1)?.url).toBe(path);
    }
  });
});
