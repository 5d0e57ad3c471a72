import { gql } from 'urql';
import type { MyContext } from '../graphql-types.js';

export const MY_CONTEXT = gql<{ readonly myContext: MyContext }, Record<string, never>>`
  query MyContext {
    myContext {
      groups
      subject {
        type
        id
      }
      devices {
        id
        owner
        os
        osVersion
        diskEncrypted
        managed
        compliant
        checkedAt
        fresh
      }
      grants {
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
      lastPlace {
        country
        ip
        at
      }
    }
  }
`;
