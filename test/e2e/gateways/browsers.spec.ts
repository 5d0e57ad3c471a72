import { expect, it, jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import { describeGateways, SITE } from './scene.js';

jest.setTimeout(120_000);

const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', host: SITE };

describeGateways('a gateway and a browser', (scene) => {
  it('sends somebody without identity to sign in, and back to where they were', async () => {
    const { status, headers, reached } = await scene().anybody({
      path: '/pages/42?a=1&b=2',
      headers: page,
    });
    expect({ status, reached }).toEqual({ status: 302, reached: 0 });
    const back = encodeURIComponent(`http://${SITE}/pages/42?a=1&b=2`);
    expect(headers.location).toBe(`https://login.example/start?rd=${back}`);
  });

  it('sends nobody back to a site that is not the tenant’s', async () => {
    const { anybody } = scene();
    for (const extra of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', host: 'evil.example' },
      { host: SITE, accept: 'application/json' },
    ]) {
      const answer = await anybody({ path: '/pages/42', headers: { ...page, ...extra } });
      expect(answer).toMatchObject({ status: 401, reached: 0 });
      expect(answer.headers).not.toHaveProperty('location');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    }
  });

  it('is not told another way back by headers of the client', async () => {
    const headers = {
      ...page,
      'x-forwarded-host': 'evil.example',
      'x-original-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    const { status, headers: answered } = await scene().anybody({ path: '/pages/42', headers });
    expect(status).toBe(302);
    expect(answered.location).not.toContain('evil');
  });

  it('lets in whoever brings the cookie, and the application gets groups and a token', async () => {
    const { anybody, authorization, upstream } = scene();
    const cookie = `theme=dark; session=${authorization.replace('Bearer ', '')}`;
    const answer = await anybody({ path: '/pages/42', headers: { ...page, cookie } });
    expect(answer).toMatchObject({ status: 200, reached: 1 });
    const headers = upstream.received.at(-1)?.headers;
    expect(headers?.['x-sallyport-groups']?.toString().split(',')).toContain('staff');
    expect(decodeJwt(String(headers?.['x-sallyport-token']))).toMatchObject({
      aud: 'prod-db',
      sub: 'dana@acme.example',
      scope: 'read',
    });
  });

  it('sends whoever is denied to ask for access, with what was denied filled in', async () => {
    const { dana, broker } = scene();
    const { status, headers, reached } = await dana({ path: '/pages/7', headers: page });
    expect({ status, reached }).toEqual({ status: 302, reached: 0 });
    const asked = new URL(String(headers.location));
    expect(asked.href.startsWith(`${broker.url}/requests/new?`)).toBe(true);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      action: 'read',
      type: 'record',
      id: '7',
      decision: expect.any(String),
    });
    const script = { path: '/pages/7', headers: { accept: '*/*' } };
    expect(await dana(script)).toMatchObject({ status: 403, reached: 0 });
  });
});
