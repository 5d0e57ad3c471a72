import { createHash, randomBytes } from 'node:crypto';
import { expect, it, jest } from '@jest/globals';
import { describeGateways } from './scene.js';

jest.setTimeout(120_000);

const LARGE = randomBytes(10_000_000);
const sha256 = createHash('sha256').update(LARGE).digest('hex');

describeGateways('a gateway and a body', (scene) => {
  it('asks without it, and passes ten megabytes on whole once they are permitted', async () => {
    const { upstream, wire, dana } = scene();
    const before = wire.bytesSent();
    const scan = { method: 'POST', path: '/records/42/scan', body: LARGE };
    expect(await dana(scan)).toMatchObject({ status: 200, reached: 1 });
    expect(upstream.received.at(-1)).toMatchObject({
      method: 'POST',
      bodyBytes: LARGE.length,
      bodySha256: sha256,
    });
    expect(wire.bytesSent() - before).toBeLessThan(10_000);
  });

  it('passes a body without a length on whole', async () => {
    const { upstream, dana } = scene();
    const headers = { 'transfer-encoding': 'chunked' };
    const scan = { method: 'POST', path: '/records/42/scan', headers, body: LARGE };
    expect(await dana(scan)).toMatchObject({ status: 200, reached: 1 });
    expect(upstream.received.at(-1)).toMatchObject({ bodySha256: sha256 });
  });

  it('hands no byte of a denied body on', async () => {
    const { dana } = scene();
    const body = LARGE.subarray(0, 50_000);
    const denied = { method: 'POST', path: '/db', body };
    expect(await dana(denied)).toMatchObject({ status: 403, reached: 0 });
  });

  it('does not read the content type of a body that it asks without', async () => {
    const { dana } = scene();
    for (const type of ['application/json', 'text/xml', 'multipart/form-data; boundary=x', 'x']) {
      const headers = { 'content-type': type };
      const scan = { method: 'POST', path: '/records/42/scan', headers, body: '{' };
      expect(await dana(scan)).toMatchObject({ status: 200, reached: 1 });
    }
  });
});
