import { expect, test } from '@jest/globals';
import { acme, KEY } from '../acme.fake.js';
import { startBroker } from '../decide.fake.js';

const nginx = { 'x-original-method': 'GET', 'x-original-uri': '/records/42' };

test('the token comes from a cookie only where the route names one, and only from one such cookie', async () => {
  const ask = async (cookie: string, routeCookie: string | undefined, authorization = '') => {
    const broker = await startBroker(
      acme({
        peps: acme().peps.map((pep) => ({
          ...pep,
          routes: pep.routes.map((route) =>
            routeCookie === undefined ? route : { ...route, cookie: routeCookie },
          ),
        })),
      }),
    );
    const token = await broker.subjectToken();
    const headers = {
      ...nginx,
      'x-sallyport-key': KEY,
      authorization,
      cookie: cookie.replaceAll('TOKEN', token),
    };
    return (await broker.server.inject({ url: '/forward-auth', headers })).statusCode;
  };
  expect(await ask('a=b; session_token=TOKEN', undefined)).toBe(401);
  expect(await ask('a=b; session_token=TOKEN', 'session_token')).toBe(200);
  expect(await ask('a=b; other=TOKEN', 'session_token')).toBe(401);
  expect(await ask('session_token=x; session_token=TOKEN', 'session_token')).toBe(401);
  expect(await ask('session_token=TOKEN', 'session_token', 'Bearer nonsense')).toBe(401);
});
