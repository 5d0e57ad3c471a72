import { Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { EntityRefType, ReasonType } from '../console/index.js';

/** GraphQL enums are made of plain objects, so that their TypeScript type stays a union. */
export const RequestTab = {
  FOR_ME: 'FOR_ME',
  MINE: 'MINE',
  ALL: 'ALL',
  DECIDED: 'DECIDED',
} as const;
export type RequestTab = keyof typeof RequestTab;
export const GrantFilter = { ACTIVE: 'ACTIVE', ENDED: 'ENDED', ALL: 'ALL' } as const;
export type GrantFilter = keyof typeof GrantFilter;
export const Verdict = { APPROVE: 'APPROVE', DENY: 'DENY' } as const;
export type Verdict = keyof typeof Verdict;
registerEnumType(RequestTab, { name: 'RequestTab' });
registerEnumType(GrantFilter, { name: 'GrantFilter' });
registerEnumType(Verdict, { name: 'Verdict' });

@ObjectType('AccessRule')
export class AccessRuleType {
  @Field(() => ID) id!: string;
  @Field(() => Int) version!: number;
  @Field(() => String) title!: string;
  @Field(() => EntityRefType) role!: EntityRefType;
  @Field(() => Int) maxDurationSeconds!: number;
  @Field(() => Int) defaultDurationSeconds!: number;
  @Field(() => Boolean) reasonRequired!: boolean;
  @Field(() => Int) minReasonLength!: number;
  @Field(() => Int) approvalsNeeded!: number;
  @Field(() => [String]) approvers!: string[];
}

@ObjectType('Review')
export class ReviewType {
  @Field(() => String) reviewer!: string;
  @Field(() => Verdict) verdict!: Verdict;
  @Field(() => Int, { nullable: true }) durationSeconds?: number;
  @Field(() => String) reason!: string;
  @Field(() => GraphQLISODateTime) at!: Date;
}

@ObjectType('Grant')
export class GrantType {
  @Field(() => ID) id!: string;
  @Field(() => Int) version!: number;
  @Field(() => ID) requestId!: string;
  @Field(() => EntityRefType) subject!: EntityRefType;
  @Field(() => String) subjectName!: string;
  @Field(() => EntityRefType) role!: EntityRefType;
  @Field(() => GraphQLISODateTime) startsAt!: Date;
  @Field(() => GraphQLISODateTime) endsAt!: Date;
  @Field(() => String) state!: string;
  @Field(() => GraphQLISODateTime, { nullable: true }) endedAt?: Date;
  @Field(() => String, { nullable: true }) endedBy?: string;
  @Field(() => String, { nullable: true }) endReason?: string;
  @Field(() => Boolean) live!: boolean;
  @Field(() => Boolean) canRevoke!: boolean;
  @Field(() => Boolean) canReturn!: boolean;
}

@ObjectType()
export class DeviceView {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) owner?: string;
  @Field(() => String, { nullable: true }) os?: string;
  @Field(() => String, { nullable: true }) osVersion?: string;
  @Field(() => Boolean, { nullable: true }) diskEncrypted?: boolean;
  @Field(() => Boolean, { nullable: true }) managed?: boolean;
  @Field(() => Boolean, { nullable: true }) compliant?: boolean;
  @Field(() => GraphQLISODateTime) checkedAt!: Date;
  @Field(() => Boolean) fresh!: boolean;
}

@ObjectType()
export class PlaceView {
  @Field(() => String, { nullable: true }) country?: string;
  @Field(() => String, { nullable: true }) ip?: string;
  @Field(() => GraphQLISODateTime) at!: Date;
}

@ObjectType()
export class MyContext {
  @Field(() => EntityRefType) subject!: EntityRefType;
  @Field(() => [String]) groups!: string[];
  @Field(() => [DeviceView]) devices!: DeviceView[];
  @Field(() => [GrantType]) grants!: GrantType[];
  @Field(() => PlaceView, { nullable: true }) lastPlace?: PlaceView;
}

@ObjectType('AccessRequest')
export class AccessRequestType {
  @Field(() => ID) id!: string;
  @Field(() => Int) version!: number;
  @Field(() => String) state!: string;
  @Field(() => AccessRuleType) rule!: AccessRuleType;
  @Field(() => String) requester!: string;
  @Field(() => String) requesterName!: string;
  @Field(() => EntityRefType) role!: EntityRefType;
  @Field(() => String) reason!: string;
  @Field(() => Int) requestedDurationSeconds!: number;
  @Field(() => GraphQLISODateTime) createdAt!: Date;
  @Field(() => GraphQLISODateTime) deadlineAt!: Date;
  @Field(() => GraphQLISODateTime, { nullable: true }) decidedAt?: Date;
  @Field(() => [ReviewType]) reviews!: ReviewType[];
  @Field(() => Int) approvalsNeeded!: number;
  @Field(() => ReasonType, {
    nullable: true,
    description: 'Null when the signed-in person may review; else the sentence that says why not.',
  })
  whyNotReviewable?: ReasonType;
  @Field(() => [String], { description: 'Who could approve this now.' }) reviewers!: string[];
}

@ObjectType()
export class AccessRequestPage {
  @Field(() => [AccessRequestType]) nodes!: AccessRequestType[];
  @Field(() => String, { nullable: true }) nextCursor?: string;
  @Field(() => Int) waiting!: number;
}

@ObjectType()
export class GrantPage {
  @Field(() => [GrantType]) nodes!: GrantType[];
  @Field(() => String, { nullable: true }) nextCursor?: string;
}

@ObjectType()
export class EffectSample {
  @Field(() => String) action!: string;
  @Field(() => EntityRefType) resource!: EntityRefType;
  @Field(() => String, { nullable: true }) policy?: string;
}

@ObjectType('EffectPreview')
export class EffectPreviewType {
  @Field(() => GraphQLISODateTime) computedAt!: Date;
  @Field(() => Int) permitsToday!: number;
  @Field(() => Int) permitsAfter!: number;
  @Field(() => [EffectSample]) newlyPermitted!: EffectSample[];
  @Field(() => [String]) conditions!: string[];
  @Field(() => Boolean) complete!: boolean;
}
