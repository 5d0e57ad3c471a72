import { gql } from 'urql';
import type { Grant, GrantFilter, Page } from '../graphql-types.js';
import type { PageVariables } from '../paged-query.js';

export const GRANTS = gql<
  { readonly grants: Page<Grant> },
  PageVariables & { readonly state: GrantFilter }
>`
  query Grants($state: GrantFilter!, $first: Int!, $after: String) {
    grants(state: $state, first: $first, after: $after) {
      nodes {
        id
        version
        requestId
        subjectName
        startsAt
        endsAt
        state
        endedAt
        endedBy
        endReason
        live
        canRevoke
        canReturn
        subject {
          type
          id
        }
        role {
          type
          id
        }
      }
      nextCursor
    }
  }
`;

type Changed = Pick<Grant, 'id' | 'version' | 'state'>;

export const REVOKE = gql<
  { readonly revokeGrant: Changed },
  { readonly id: string; readonly reason: string }
>`
  mutation Revoke($id: ID!, $reason: String!) {
    revokeGrant(id: $id, reason: $reason) {
      id
      version
      state
    }
  }
`;

export const GIVE_BACK = gql<{ readonly returnGrant: Changed }, { readonly id: string }>`
  mutation GiveBack($id: ID!) {
    returnGrant(id: $id) {
      id
      version
      state
    }
  }
`;
