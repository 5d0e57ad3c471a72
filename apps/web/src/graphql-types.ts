/**
 * The console's view of docs/schema.graphql, by hand: only what the screens use. A spec compares every member with the
 * schema. Times are ISO 8601 UTC, durations seconds.
 */
export type DateTime = string;
export type ID = string;

export type RequestTab = 'FOR_ME' | 'MINE' | 'ALL' | 'DECIDED';
export type GrantFilter = 'ACTIVE' | 'ENDED' | 'ALL';
export type Verdict = 'APPROVE' | 'DENY';

export interface Me {
  readonly id: ID;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly tenant: ID;
  readonly tenantName: string;
  readonly sessionExpiresAt: DateTime;
  readonly environment: string;
}

export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

export interface Reason {
  readonly code: string;
  readonly message: string;
}

export interface AccessRule {
  readonly id: ID;
  readonly version: number;
  readonly title: string;
  readonly role: EntityRef;
  readonly maxDurationSeconds: number;
  readonly defaultDurationSeconds: number;
  readonly reasonRequired: boolean;
  readonly minReasonLength: number;
  readonly approvalsNeeded: number;
  readonly approvers: readonly string[];
}

export interface Review {
  readonly reviewer: string;
  readonly verdict: Verdict;
  readonly durationSeconds: number | null;
  readonly reason: string;
  readonly at: DateTime;
}

export interface AccessRequest {
  readonly id: ID;
  readonly version: number;
  readonly state: string;
  readonly rule: AccessRule;
  readonly requester: string;
  readonly requesterName: string;
  readonly role: EntityRef;
  readonly reason: string;
  readonly requestedDurationSeconds: number;
  readonly createdAt: DateTime;
  readonly deadlineAt: DateTime;
  readonly decidedAt: DateTime | null;
  readonly reviews: readonly Review[];
  readonly approvalsNeeded: number;
  readonly grant: Grant | null;
  readonly whyNotReviewable: Reason | null;
  readonly reviewers: readonly string[];
  readonly requesterContext: MyContext;
  readonly history: readonly Entry[];
}

export interface Grant {
  readonly id: ID;
  readonly version: number;
  readonly requestId: string;
  readonly subject: EntityRef;
  readonly subjectName: string;
  readonly role: EntityRef;
  readonly startsAt: DateTime;
  readonly endsAt: DateTime;
  readonly state: string;
  readonly endedAt: DateTime | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly live: boolean;
  readonly canRevoke: boolean;
  readonly canReturn: boolean;
}

export interface EffectSample {
  readonly action: string;
  readonly resource: EntityRef;
  readonly policy: string | null;
}

export interface EffectPreview {
  readonly computedAt: DateTime;
  readonly permitsToday: number;
  readonly permitsAfter: number;
  readonly newlyPermitted: readonly EffectSample[];
  readonly conditions: readonly string[];
  readonly complete: boolean;
}

export interface EntryFilter {
  readonly type?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly decision?: boolean;
  readonly reason?: string;
  readonly pep?: string;
  readonly grantId?: string;
  readonly requestId?: string;
  readonly policyVersion?: string;
  readonly from?: DateTime;
  readonly to?: DateTime;
  readonly text?: string;
}

export interface Entry {
  readonly id: ID;
  readonly index: number;
  readonly type: string;
  readonly time: DateTime;
  readonly actor: string;
  readonly decision: boolean | null;
  readonly subject: EntityRef | null;
  readonly action: string | null;
  readonly resource: EntityRef | null;
  readonly pep: string | null;
  readonly reasons: readonly Reason[];
  readonly policyVersion: string | null;
  readonly summary: string;
  readonly raw: unknown;
  readonly leafHash: string;
  readonly published: boolean;
  readonly related: readonly Entry[];
}

export interface EntryProof {
  readonly index: number;
  readonly treeSize: number;
  readonly entry: string;
  readonly proof: string;
  readonly vkey: string;
  readonly origin: string;
}

export interface DeviceView {
  readonly id: ID;
  readonly owner: string | null;
  readonly os: string | null;
  readonly osVersion: string | null;
  readonly diskEncrypted: boolean | null;
  readonly managed: boolean | null;
  readonly compliant: boolean | null;
  readonly checkedAt: DateTime;
  readonly fresh: boolean;
}

export interface PlaceView {
  readonly country: string | null;
  readonly ip: string | null;
  readonly at: DateTime;
}

export interface MyContext {
  readonly subject: EntityRef;
  readonly groups: readonly string[];
  readonly devices: readonly DeviceView[];
  readonly grants: readonly Grant[];
  readonly lastPlace: PlaceView | null;
}

export interface ApiToken {
  readonly id: ID;
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdBy: string;
  readonly createdAt: DateTime;
  readonly expiresAt: DateTime;
  readonly revokedAt: DateTime | null;
}

/** One page of a keyset-paged list; `nextCursor` is opaque and null on the last page. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly nextCursor: string | null;
}
