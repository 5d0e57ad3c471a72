import { gql } from 'urql';
import type { Me } from '../graphql-types.js';

export const ME = gql<{ readonly me: Me }, Record<string, never>>`
  query Me {
    me {
      id
      name
      email
      roles
      tenant
      tenantName
      sessionExpiresAt
      environment
    }
  }
`;

export const WAITING = gql<
  { readonly accessRequests: { readonly waiting: number } },
  Record<string, never>
>`
  query Waiting {
    accessRequests(tab: FOR_ME, first: 1) {
      waiting
    }
  }
`;
