import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, {
  errors,
  type Configuration,
  type KoaContextWithOIDC,
  type TokenEndpointGrantContext,
} from 'oidc-provider';
import { DEV_IDP_PATH } from './dev-idp-path.js';
import type { DevUser, DevUsers } from './dev-users.js';
import { FileStorage } from './file-storage.js';

/** Audience of tokens that the demo's applications hold; a gateway passes them as subject tokens. */
const APPS_CLIENT = 'acme-apps';
const CONSOLE_CLIENT = 'sallyport-console';
const HOUR_SECONDS = 3_600;

/**
 * A real OpenID Connect provider for the development profile. Beside the code flow it knows a password grant,
 * so that a person with nothing but curl can hold Dana's real ID token; production has neither.
 */
export async function createDevIdp(options: {
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly users: DevUsers;
}): Promise<Provider> {
  const secrets = await persistedSecrets(join(options.dataDir, 'dev-idp.json'));
  const storage = new FileStorage(join(options.dataDir, 'dev-idp'));
  const provider = new Provider(`${options.publicUrl}${DEV_IDP_PATH}`, {
    adapter: (model) => storage.adapter(model),
    jwks: { keys: [secrets.jwk] },
    cookies: { keys: [secrets.cookieKey] },
    clients: clients(options.publicUrl),
    claims: { openid: ['sub', 'email', 'name', 'device_id'], profile: ['name'], email: ['email'] },
    // The claims are wanted in the ID token itself: that is what a gateway holds.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    findAccount: (_context, id) => accountOf(options.users.find(id)),
    interactions: { url: (_context, interaction) => `${DEV_IDP_PATH}/login/${interaction.uid}` },
    loadExistingGrant: grantEverything,
    pkce: { required: () => true },
    ttl: {
      IdToken: HOUR_SECONDS,
      AccessToken: HOUR_SECONDS,
      Session: 8 * HOUR_SECONDS,
      Grant: 8 * HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
    },
  } satisfies Configuration);
  provider.registerGrantType('password', passwordGrant(provider, options.users), [
    'username',
    'password',
    'scope',
    'device_id',
  ]);
  return provider;
}

function clients(publicUrl: string): Configuration['clients'] {
  return [
    {
      client_id: CONSOLE_CLIENT,
      redirect_uris: [`${publicUrl}/auth/callback`],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: APPS_CLIENT,
      redirect_uris: [],
      token_endpoint_auth_method: 'none',
      grant_types: ['password'],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ];
}

function accountOf(user: DevUser | undefined) {
  if (!user) return undefined;
  return {
    accountId: user.email,
    claims: () => ({ sub: user.email, email: user.email, name: user.name }),
  };
}

/** The console is our own: asking people to consent to it would teach them to click. */
async function grantEverything(context: KoaContextWithOIDC) {
  const { client, session, provider } = context.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

function passwordGrant(provider: Provider, users: DevUsers) {
  return async (context: TokenEndpointGrantContext<PasswordParameters>): Promise<void> => {
    const { username = '', password = '', device_id: deviceId } = context.oidc.params;
    const user = users.check(username, password);
    if (!user)
      throw new errors.InvalidGrant('the user name and the password do not belong together');
    const token = new provider.IdToken({ sub: user.email }, { ctx: context });
    const claims = {
      sub: user.email,
      email: user.email,
      name: user.name,
      amr: ['pwd'],
      device_id: deviceId,
    };
    for (const [name, value] of Object.entries(claims))
      if (value !== undefined) token.set(name, value);
    token.set('auth_time', Math.floor(Date.now() / 1_000));
    context.body = {
      id_token: await token.issue({ use: 'idtoken' }),
      token_type: 'Bearer',
      expires_in: HOUR_SECONDS,
    };
  };
}

interface PasswordParameters {
  readonly username?: string;
  readonly password?: string;
  readonly device_id?: string;
}

/** Kept beside the data, so that tokens and sessions outlive a restart. */
async function persistedSecrets(file: string): Promise<{ jwk: JWK; cookieKey: string }> {
  if (existsSync(file))
    return JSON.parse(readFileSync(file, 'utf8')) as { jwk: JWK; cookieKey: string };
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const secrets = {
    jwk: {
      ...(await exportJWK(privateKey)),
      alg: 'ES256',
      use: 'sig',
      kid: randomBytes(8).toString('hex'),
    },
    cookieKey: randomBytes(32).toString('base64url'),
  };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(secrets), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    // Another process of the instance was first: all sign with the same key.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await persistedSecrets(file);
  } finally {
    rmSync(draft);
  }
}
