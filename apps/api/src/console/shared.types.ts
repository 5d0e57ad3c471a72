import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

/** AuthZEN's `type` and `id`. */
@ObjectType('EntityRef')
export class EntityRefType {
  @Field(() => String) type!: string;
  @Field(() => String) id!: string;
}

/** A reason code with its plain sentence. */
@ObjectType('Reason')
export class ReasonType {
  @Field(() => String) code!: string;
  @Field(() => String) message!: string;
}

/** Something changed: the screen asks again. */
@ObjectType()
export class ChangeEvent {
  @Field(() => ID) id!: string;
  @Field(() => Int) version!: number;
}
