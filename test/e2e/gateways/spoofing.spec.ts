import { expect, it, jest } from '@jest/globals';
import { describeGateways } from './scene.js';

jest.setTimeout(120_000);

/** Every way of writing a name that some server behind a gateway takes for the same. */
const spellings = (name: string) => [
  name,
  name.toLowerCase(),
  name.toUpperCase(),
  name.replaceAll('-', '_'),
  name.replace('-', '_'),
  name.toUpperCase().replaceAll('-', '_'),
];
const IDENTITY = [
  'X-Sallyport-Subject',
  'X-Sallyport-Groups',
  'X-Sallyport-Token',
  'X-Sallyport-Key',
  'X-Sallyport-Reason',
  'X-Decision-Id',
];
const REQUEST = [
  'X-Original-URI',
  'X-Original-Method',
  'X-Original-URL',
  'X-Forwarded-Uri',
  'X-Forwarded-Method',
  'X-Device-Id',
  'X-Real-IP',
];

describeGateways('a gateway that is lied to', (scene) => {
  it.each(IDENTITY)('never hands a %s of the client on, however it is written', async (name) => {
    const { upstream, dana } = scene();
    for (const spelling of spellings(name)) {
      const { reached } = await dana({ path: '/records/42', headers: { [spelling]: 'spoofed' } });
      const handedOn = reached === 0 ? [] : upstream.received.at(-1)?.rawHeaders;
      expect(handedOn).not.toContain('spoofed');
    }
    // Where the plain spelling made the gateway refuse, this test would say nothing.
    expect(await dana({ path: '/records/42', headers: { [name]: 'spoofed' } })).toMatchObject({
      status: 200,
      reached: 1,
    });
  });

  it.each([...IDENTITY, ...REQUEST])('is not confused by two of %s', async (name) => {
    const { upstream, dana } = scene();
    const headers = { [name]: ['spoofed', 'spoofed'] };
    const { status, reached } = await dana({ path: '/records/42', headers });
    expect(status).toBe(200);
    expect(reached).toBe(1);
    expect(upstream.received.at(-1)?.rawHeaders).not.toContain('spoofed');
  });

  it('is not talked into another question by headers of any dialect', async () => {
    const { dana } = scene();
    for (const headers of [
      { 'x-original-uri': '/records/42' },
      { 'x-original-uri': '/records/42', 'x-original-method': 'GET' },
      { 'x-forwarded-uri': '/records/42', 'x-forwarded-method': 'GET' },
      { 'x-original-url': 'http://app/records/42', 'x-http-method-override': 'GET' },
      { 'x-envoy-original-path': '/records/42', 'x-rewrite-url': '/records/42' },
    ]) {
      expect(await dana({ path: '/admin', headers })).toMatchObject({ status: 403, reached: 0 });
    }
  });

  it('does not let the client name its key, its device or its address', async () => {
    const { upstream, anybody, broker } = scene();
    const key = { authorization: `Bearer ${broker.pepKeys.acme}` };
    expect(await anybody({ path: '/records/42', headers: key })).toMatchObject({ reached: 0 });
    const { dana } = scene();
    const headers = { 'x-forwarded-for': '8.8.8.8', 'x-real-ip': '8.8.8.8' };
    await dana({ path: '/records/42', headers });
    expect(JSON.stringify(upstream.received.at(-1)?.rawHeaders)).not.toContain('8.8.8.8');
  });

  it('cannot be made to drop a header that says who asks', async () => {
    const { upstream, dana } = scene();
    const connection = 'keep-alive, X-Sallyport-Subject, X-Decision-Id';
    const { status, reached } = await dana({ path: '/records/42', headers: { connection } });
    if (status === 400) return expect(reached).toBe(0);
    expect(upstream.received.at(-1)?.headers).toMatchObject({
      'x-sallyport-subject': 'user:dana@acme.example',
      'x-decision-id': expect.any(String),
    });
  });

  it('asks nothing for two Authorization headers, or refuses them', async () => {
    const { authorization, anybody } = scene();
    const headers = { authorization: ['Bearer nonsense', authorization] };
    expect(await anybody({ path: '/records/42', headers })).toMatchObject({ reached: 0 });
  });
});
