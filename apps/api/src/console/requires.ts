import {
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { ForbiddenError, UnauthenticatedError } from '../platform/errors.js';
import { type GraphQLContext, holds, type Permission } from './viewer.js';

const REQUIRES = 'sallyport:requires';

/** Declares what a Query, Mutation or Subscription field requires; a field without it is closed. */
export const Requires = (permission: Permission): CustomDecorator =>
  SetMetadata(REQUIRES, permission);

/** The permission that a resolver method declares. */
export function requiredPermission(
  reflector: Reflector,
  handler: (...args: never[]) => unknown,
): Permission | undefined {
  return reflector.get<Permission | undefined>(REQUIRES, handler);
}

/** Runs before every root field. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const permission = requiredPermission(this.reflector, context.getHandler() as never);
    if (permission === undefined) throw new ForbiddenError('this field declares no permission');
    const { viewer } = GqlExecutionContext.create(context).getContext<Partial<GraphQLContext>>();
    if (!viewer) throw new UnauthenticatedError('sign in first');
    if (!holds(viewer, permission)) {
      throw new ForbiddenError(`this needs the role ${permission}`, { reason: permission });
    }
    return true;
  }
}
