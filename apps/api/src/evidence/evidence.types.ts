import { Field, GraphQLISODateTime, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { GraphQLScalarType } from 'graphql';
import { EntityRefType, ReasonType } from '../console/index.js';

/** Any JSON value, as it is. Answers only: it takes no input. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
});

@InputType('EntryFilter')
export class EntryFilterInput {
  @Field(() => String, { nullable: true }) type?: string | null;
  @Field(() => String, { nullable: true }) subject?: string | null;
  @Field(() => String, { nullable: true }) action?: string | null;
  @Field(() => String, { nullable: true }) resourceType?: string | null;
  @Field(() => String, { nullable: true }) resourceId?: string | null;
  @Field(() => Boolean, { nullable: true }) decision?: boolean | null;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String, { nullable: true }) pep?: string | null;
  @Field(() => String, { nullable: true }) grantId?: string | null;
  @Field(() => String, { nullable: true }) requestId?: string | null;
  @Field(() => String, { nullable: true }) policyVersion?: string | null;
  @Field(() => GraphQLISODateTime, { nullable: true }) from?: Date | null;
  @Field(() => GraphQLISODateTime, { nullable: true }) to?: Date | null;
  @Field(() => String, { nullable: true }) text?: string | null;
}

@ObjectType('Entry')
export class EntryType {
  @Field(() => ID) id!: string;
  @Field(() => Int) index!: number;
  @Field(() => String) type!: string;
  @Field(() => GraphQLISODateTime) time!: Date;
  @Field(() => String) actor!: string;
  @Field(() => Boolean, { nullable: true }) decision?: boolean;
  @Field(() => EntityRefType, { nullable: true }) subject?: EntityRefType;
  @Field(() => String, { nullable: true }) action?: string;
  @Field(() => EntityRefType, { nullable: true }) resource?: EntityRefType;
  @Field(() => String, { nullable: true }) pep?: string;
  @Field(() => [ReasonType]) reasons!: ReasonType[];
  @Field(() => String, { nullable: true }) policyVersion?: string;
  @Field(() => String) summary!: string;
  @Field(() => JsonScalar) raw!: unknown;
  @Field(() => String) leafHash!: string;
  @Field(() => Boolean) published!: boolean;
}

@ObjectType('EntryPage')
export class EntryPageType {
  @Field(() => [EntryType]) nodes!: EntryType[];
  @Field(() => String, { nullable: true }) nextCursor?: string;
}

@ObjectType('EntryProof')
export class EntryProofType {
  @Field(() => Int) index!: number;
  @Field(() => Int) treeSize!: number;
  @Field(() => String) entry!: string;
  @Field(() => String) proof!: string;
  @Field(() => String) vkey!: string;
  @Field(() => String) origin!: string;
}

@ObjectType('Checkpoint')
export class CheckpointType {
  @Field(() => String) origin!: string;
  @Field(() => Int) size!: number;
  @Field(() => String) root!: string;
  @Field(() => String) note!: string;
  @Field(() => String) vkey!: string;
  @Field(() => GraphQLISODateTime) signedAt!: Date;
  @Field(() => Int) logSize!: number;
}

@ObjectType()
export class LogGrowth {
  @Field(() => Int) size!: number;
}
