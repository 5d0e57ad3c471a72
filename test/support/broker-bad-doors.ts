import type { BadRequest } from './broker-bad-decide.js';

const forward = (
  what: string,
  headers: Record<string, string>,
  names: RegExp,
  status = 403,
): BadRequest => ({
  what,
  as: 'nobody',
  method: 'GET',
  path: '/forward-auth',
  call: { headers },
  status,
  names,
});
const asked = (path: string, method = 'GET') => ({
  'x-sallyport-key': '$pep',
  'x-original-method': method,
  'x-original-uri': path,
});

/** Forward-auth, sign-in, health. In a header, `$pep` stands for the enforcement point's key. */
export const badAtDoors: readonly BadRequest[] = [
  forward('no key at a forward-auth', {}, /Authorization/, 401),
  forward(
    'an unknown key at a forward-auth',
    { 'x-sallyport-key': 'nobody-has-it' },
    /not known/,
    401,
  ),
  { ...forward("a key in the end user's place", {}, /request-invalid/), as: 'pep' },
  forward('no request line', { 'x-sallyport-key': '$pep' }, /request-invalid/),
  forward(
    'half a request line',
    { 'x-sallyport-key': '$pep', 'x-original-uri': '/db' },
    /request-invalid/,
  ),
  forward('two dialects', { ...asked('/db'), 'x-forwarded-uri': '/db' }, /request-invalid/),
  forward('a hidden slash', asked('/records/4%2f2'), /request-invalid/),
  forward('a dot segment', asked('/records/../db'), /request-invalid/),
  forward('a broken percent-encoding', asked('/records/%zz'), /request-invalid/),
  forward('a relative path', asked('db'), /request-invalid/),
  forward('a method in small letters', asked('/db', 'get'), /request-invalid/),
  forward('a path of 3000 characters', asked(`/${'x'.repeat(3_000)}`), /request-invalid/),
  forward('a route that nobody configured', asked('/nowhere'), /route-unknown/),
  forward('a method that no route has', asked('/db', 'DELETE'), /route-unknown/),
  forward('no end user', asked('/db'), /subject-token-missing/, 401),
  forward(
    'an end user who is a word',
    { ...asked('/db'), authorization: 'Bearer dana' },
    /subject-token-invalid/,
    401,
  ),

  ...(
    [
      ['a sign-in to no tenant in particular', 'nobody', 'GET', '/auth/login', 400, /tenant/],
      [
        'a sign-in to a tenant twice',
        'nobody',
        'GET',
        '/auth/login?tenant=acme&tenant=acme',
        400,
        /tenant/,
      ],
      [
        'a sign-in to an unknown tenant',
        'nobody',
        'GET',
        '/auth/login?tenant=nobody',
        404,
        /tenant/,
      ],
      [
        'a callback out of the blue',
        'nobody',
        'GET',
        '/auth/callback?code=a&state=b',
        400,
        /sign-in/,
      ],
      ['a callback without query', 'nobody', 'GET', '/auth/callback', 400, /sign-in/],
      ['a sign-out of nobody', 'nobody', 'POST', '/auth/logout', 401, /sign in/],
      ['a health check by POST', 'nobody', 'POST', '/livez', 405, /POST/],
      ['metrics for nobody', 'nobody', 'GET', '/metrics', 401, /Authorization/],
      ['metrics for an enforcement point', 'pep', 'GET', '/metrics', 403, /may not/],
      ['a broken percent-encoding in the path', 'nobody', 'GET', '/livez/%zz', 400, /path/],
      [
        'keys rotated by an enforcement point',
        'pep',
        'POST',
        '/v1/keys/token/rotate',
        403,
        /may not/,
      ],
    ] as const
  ).map(([what, as, method, path, status, names]) => ({ what, as, method, path, status, names })),
  {
    what: 'a callback with a state that was never sealed',
    as: 'nobody',
    method: 'GET',
    path: '/auth/callback?code=a&state=b',
    call: { headers: { cookie: 'sallyport_sign_in=AAAA.BBBB' } },
    status: 400,
    names: /sign-in/,
  },
  {
    what: 'a sign-out from another origin',
    as: 'member',
    method: 'POST',
    path: '/auth/logout',
    call: { headers: { origin: 'https://evil.example' } },
    status: 403,
    names: /origin/,
  },
];
