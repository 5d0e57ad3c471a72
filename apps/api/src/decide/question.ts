import type { AuthnFacts, EntityRef, JsonObject } from '@sallyport/contracts';

/** An entity as an enforcement point describes it: reference and asserted properties. */
export interface DescribedEntity extends EntityRef {
  readonly properties?: JsonObject;
}

export interface DescribedAction {
  readonly name: string;
  readonly properties?: JsonObject;
}

export interface PresentedToken {
  readonly token: string;
  /** RFC 8693 §3. */
  readonly type: string;
}

/** A question as it was asked: its shape is checked, nothing in it is believed yet. */
export interface Question {
  /** Absent only where a subject token is present. */
  readonly subject?: DescribedEntity;
  readonly subjectToken?: PresentedToken;
  readonly action: DescribedAction;
  readonly resource: DescribedEntity;
  /** The AuthZEN context without the subject token. */
  readonly context: JsonObject;
}

/**
 * A question after the enforcement point's trust was applied: properties it may not assert are gone, and its subject is
 * established. It can be asked again later, without the token that proved the subject.
 */
export interface ResolvedQuestion {
  readonly subject: DescribedEntity;
  readonly authn: AuthnFacts;
  readonly action: DescribedAction;
  readonly resource: DescribedEntity;
  readonly context: JsonObject;
  /** The client's address; absent where the enforcement point may not say it. */
  readonly ip?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly purpose?: string | undefined;
}
