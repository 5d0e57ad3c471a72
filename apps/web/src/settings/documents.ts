import { gql } from 'urql';
import type { ApiToken } from '../graphql-types.js';

const TOKEN_FIELDS = 'id name roles createdBy createdAt expiresAt revokedAt';

export const API_TOKENS = gql<{ readonly apiTokens: readonly ApiToken[] }, Record<string, never>>`
  query ApiTokens {
    apiTokens { ${TOKEN_FIELDS} }
  }
`;

export const CREATE_TOKEN = gql<
  { readonly createApiToken: { readonly token: ApiToken; readonly secret: string } },
  { readonly name: string; readonly roles: readonly string[]; readonly expiresInDays: number }
>`
  mutation CreateToken($name: String!, $roles: [String!]!, $expiresInDays: Int!) {
    createApiToken(name: $name, roles: $roles, expiresInDays: $expiresInDays) {
      secret
      token { ${TOKEN_FIELDS} }
    }
  }
`;

export const REVOKE_TOKEN = gql<{ readonly revokeApiToken: ApiToken }, { readonly id: string }>`
  mutation RevokeToken($id: ID!) {
    revokeApiToken(id: $id) { ${TOKEN_FIELDS} }
  }
`;
