import { Field, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Me {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) email?: string;
  @Field(() => [String]) roles!: string[];
  @Field(() => ID) tenant!: string;
  @Field(() => String) tenantName!: string;
  @Field(() => GraphQLISODateTime) sessionExpiresAt!: Date;
  @Field(() => String) environment!: string;
}

@ObjectType('ApiToken')
export class ApiTokenType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => [String]) roles!: string[];
  @Field(() => String) createdBy!: string;
  @Field(() => GraphQLISODateTime) createdAt!: Date;
  @Field(() => GraphQLISODateTime) expiresAt!: Date;
  @Field(() => GraphQLISODateTime, { nullable: true }) revokedAt?: Date;
}

@ObjectType()
export class CreatedApiToken {
  @Field(() => ApiTokenType) token!: ApiTokenType;
  @Field(() => String) secret!: string;
}
