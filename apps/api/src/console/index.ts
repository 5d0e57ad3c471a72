/** The human door: OIDC session, GraphQL schema root, API tokens. People reach it through the web console; machines never do. */
export { ApiTokenStore } from './api-tokens.ports.js';
export { ApiTokenService } from './api-tokens.service.js';
export { AuthRoutes } from './auth.routes.js';
export { ConsoleOptions } from './console-options.js';
export { ConsoleResolver } from './console.resolver.js';
export { graphqlOptions } from './graphql-options.js';
export { LiveSockets } from './live-sockets.js';
export { PermissionGuard, requiredPermission, Requires } from './requires.js';
export { ChangeEvent, EntityRefType, ReasonType } from './shared.types.js';
export { ConsoleModule } from './console.module.js';
export { SessionStore } from './session-store.ports.js';
export { SignInStates } from './sign-in-state.js';
export { SignInService } from './sign-in.service.js';
export { type GraphQLContext, holds, type Permission, type Viewer } from './viewer.js';
