import { gql } from 'urql';
import type {
  AccessRequest,
  AccessRule,
  EffectPreview,
  Entry,
  Page,
  RequestTab,
  Verdict,
} from '../graphql-types.js';
import type { PageVariables } from '../paged-query.js';

/** What a row of the queue shows. */
export type RequestRow = Omit<AccessRequest, 'rule' | 'reviewers' | 'requesterContext' | 'history'>;

/** What the request view shows. */
export type RequestDetail = Omit<AccessRequest, 'history'> & {
  readonly history: readonly Pick<Entry, 'id' | 'index' | 'type' | 'time' | 'actor' | 'summary'>[];
};

const GRANT_FIELDS = `
  id version requestId subjectName startsAt endsAt state endedAt endedBy endReason live canRevoke canReturn
  subject { type id }
  role { type id }
`;

const ROW_FIELDS = `
  id version state requester requesterName reason requestedDurationSeconds createdAt deadlineAt decidedAt approvalsNeeded
  role { type id }
  reviews { reviewer verdict durationSeconds reason at }
  whyNotReviewable { code message }
  grant { ${GRANT_FIELDS} }
`;

const RULE_FIELDS = `
  id version title maxDurationSeconds defaultDurationSeconds reasonRequired minReasonLength approvalsNeeded approvers
  role { type id }
`;

export const REQUESTS = gql<
  { readonly accessRequests: Page<RequestRow> & { readonly waiting: number } },
  PageVariables & { readonly tab: RequestTab }
>`
  query Requests($tab: RequestTab!, $first: Int!, $after: String) {
    accessRequests(tab: $tab, first: $first, after: $after) {
      nodes { ${ROW_FIELDS} }
      nextCursor
      waiting
    }
  }
`;

export const REQUEST = gql<
  { readonly accessRequest: RequestDetail | null },
  { readonly id: string }
>`
  query Request($id: ID!) {
    accessRequest(id: $id) {
      ${ROW_FIELDS}
      reviewers
      rule { ${RULE_FIELDS} }
      requesterContext {
        groups
        subject { type id }
        devices { id owner os osVersion diskEncrypted managed compliant checkedAt fresh }
        grants { ${GRANT_FIELDS} }
        lastPlace { country ip at }
      }
      history { id index type time actor summary }
    }
  }
`;

export const EFFECT = gql<
  { readonly effectPreview: EffectPreview },
  { readonly id: string; readonly durationSeconds: number | null }
>`
  query Effect($id: ID!, $durationSeconds: Int) {
    effectPreview(requestId: $id, durationSeconds: $durationSeconds) {
      computedAt
      permitsToday
      permitsAfter
      newlyPermitted {
        action
        policy
        resource {
          type
          id
        }
      }
      conditions
      complete
    }
  }
`;

export const REQUESTABLE = gql<
  { readonly requestableRoles: readonly AccessRule[] },
  Record<string, never>
>`
  query Requestable {
    requestableRoles { ${RULE_FIELDS} }
  }
`;

export const SUBMIT = gql<
  { readonly submitRequest: Pick<AccessRequest, 'id' | 'version' | 'state'> },
  { readonly ruleId: string; readonly durationSeconds: number; readonly reason: string }
>`
  mutation Submit($ruleId: ID!, $durationSeconds: Int!, $reason: String!) {
    submitRequest(ruleId: $ruleId, durationSeconds: $durationSeconds, reason: $reason) {
      id
      version
      state
    }
  }
`;

export const CANCEL = gql<
  { readonly cancelRequest: Pick<AccessRequest, 'id' | 'version' | 'state'> },
  { readonly id: string }
>`
  mutation Cancel($id: ID!) {
    cancelRequest(id: $id) {
      id
      version
      state
    }
  }
`;

export const REVIEW = gql<
  { readonly reviewRequest: Pick<AccessRequest, 'id' | 'version' | 'state'> },
  {
    readonly id: string;
    readonly verdict: Verdict;
    readonly durationSeconds: number | null;
    readonly reason: string;
  }
>`
  mutation Review($id: ID!, $verdict: Verdict!, $durationSeconds: Int, $reason: String!) {
    reviewRequest(id: $id, verdict: $verdict, durationSeconds: $durationSeconds, reason: $reason) {
      id
      version
      state
    }
  }
`;
