import { beforeEach, describe, expect, test } from '@jest/globals';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { exchange, exchangeForm } from './oauth.fake.js';

describe('POST /oauth2/token', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker();
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['unsupported_grant_type', { grant_type: 'client_credentials' }],
    ['invalid_request', { grant_type: undefined }],
    ['invalid_request', { subject_token: undefined }],
    ['invalid_request', { subject_token: 'x.y.z' }],
    ['invalid_request', { subject_token_type: undefined }],
    ['invalid_request', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }],
    ['invalid_request', { actor_token: 'x' }],
    ['invalid_request', { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
    ['invalid_target', { audience: undefined }],
    ['invalid_target', { audience: 'elsewhere' }],
    ['invalid_target', { resource: undefined }],
    ['invalid_target', { resource: 'https://db.example' }],
    ['invalid_target', { resource: 'urn:sallyport:database:' }],
    ['invalid_target', { resource: 'urn:sallyport:database:%zz' }],
    ['invalid_target', { resource: 'urn:sallyport:database:prod#x' }],
    ['invalid_scope', { scope: undefined }],
    ['invalid_scope', { scope: 'read  write' }],
    ['invalid_scope', { scope: 'a"b' }],
    ['invalid_scope', { scope: Array(17).fill('a').join(' ') }],
    ['invalid_request', { authorization_details: '[]' }],
    [
      'invalid_authorization_details',
      { scope: undefined, resource: undefined, authorization_details: '{' },
    ],
    [
      'invalid_authorization_details',
      { scope: undefined, resource: undefined, authorization_details: '[]' },
    ],
    [
      'invalid_authorization_details',
      { scope: undefined, resource: undefined, authorization_details: '[{"type":"other"}]' },
    ],
  ])('answers %s to %j', async (error, changes) => {
    const { status, headers, body } = await exchange(broker, changes);
    expect(status).toBe(400);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ error, error_description: expect.any(String) });
  });

  test('is no door for the administrator', async () => {
    const headers = { authorization: 'Bearer admin-token-of-the-instance' };
    const answer = await broker.post('/oauth2/token', await exchangeForm(broker), headers);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: 'unauthorized_client' });
  });

  test.each([
    ['subject_token', 'invalid_request'],
    ['audience', 'invalid_target'],
    ['resource', 'invalid_target'],
  ])('refuses a second %s', async (name, error) => {
    const body = await exchangeForm(broker);
    body.append(name, 'x');
    expect((await broker.post('/oauth2/token', body)).body).toMatchObject({ error });
  });
});
