import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { FactsRegister } from '../registers/facts.ports.js';
import type { ApiToken } from './api-tokens.ports.js';
import { ApiTokenService } from './api-tokens.service.js';
import { ConsoleOptions } from './console-options.js';
import { ApiTokenType, CreatedApiToken, Me } from './console.types.js';
import { Requires } from './requires.js';
import type { GraphQLContext, Viewer } from './viewer.js';

@Resolver()
export class ConsoleResolver {
  constructor(
    private readonly tokens: ApiTokenService,
    private readonly facts: FactsRegister,
    private readonly options: ConsoleOptions,
  ) {}

  @Query(() => Me, { description: 'Who is signed in, in which tenant, with which roles.' })
  @Requires('member')
  me(@Context() { viewer }: GraphQLContext): Me {
    return {
      id: viewer.subject.id,
      name: viewer.name,
      ...(viewer.email === undefined ? {} : { email: viewer.email }),
      roles: [...viewer.roles],
      tenant: viewer.tenantId,
      tenantName: this.facts.tenant(viewer.tenantId)?.displayName ?? viewer.tenantId,
      sessionExpiresAt: new Date(viewer.expiresAtMs),
      environment: this.options.environment,
    };
  }

  @Query(() => [ApiTokenType])
  @Requires('auditor')
  async apiTokens(@Context() { viewer }: GraphQLContext): Promise<ApiTokenType[]> {
    return (await this.tokens.list(viewer.tenantId)).map(present);
  }

  @Mutation(() => CreatedApiToken)
  @Requires('auditor')
  async createApiToken(
    @Context() { viewer }: GraphQLContext,
    @Args('name', { type: () => String }) name: string,
    @Args('roles', { type: () => [String] }) roles: string[],
    @Args('expiresInDays', { type: () => Int }) expiresInDays: number,
  ): Promise<CreatedApiToken> {
    const maker = { actor: actorOf(viewer), held: viewer.roles };
    const { token, secret } = await this.tokens.create(
      viewer.tenantId,
      { name, roles, expiresInDays },
      maker,
    );
    return { token: present(token), secret };
  }

  @Mutation(() => ApiTokenType)
  @Requires('admin')
  async revokeApiToken(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<ApiTokenType> {
    return present(await this.tokens.revoke(viewer.tenantId, id, actorOf(viewer)));
  }
}

function actorOf(viewer: Viewer): string {
  return `${viewer.subject.type}:${viewer.subject.id}`;
}

function present(token: ApiToken): ApiTokenType {
  return {
    id: token.id,
    name: token.name,
    roles: [...token.roles],
    createdBy: token.createdBy,
    createdAt: new Date(token.createdAtMs),
    expiresAt: new Date(token.expiresAtMs),
    ...(token.revokedAtMs === undefined ? {} : { revokedAt: new Date(token.revokedAtMs) }),
  };
}
