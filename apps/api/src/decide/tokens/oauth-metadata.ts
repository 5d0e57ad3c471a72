import { ACCESS_DETAILS_TYPE } from './authorization-details.js';
import { TOKEN_EXCHANGE } from './exchange-request.js';

/** RFC 8414 §2. Enforcement points authenticate with HTTP Basic (name and key) or with their key as a bearer token. */
export function authorizationServerMetadata(issuer: string): object {
  const methods = ['client_secret_basic'];
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: methods,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: [TOKEN_EXCHANGE],
    response_types_supported: [],
    authorization_details_types_supported: [ACCESS_DETAILS_TYPE],
  };
}
