import { AccessResolver } from './access/access.resolver.js';
import { LiveResolver } from './access/live.resolver.js';
import { ConsoleResolver } from './console/console.resolver.js';
import { AccessHistoryResolver } from './evidence/access-history.resolver.js';
import { EntryPageResolver, EvidenceResolver } from './evidence/evidence.resolver.js';

/** Every class that adds to the GraphQL schema: what docs/schema.graphql is made of. */
export const resolvers = [
  AccessResolver,
  LiveResolver,
  EvidenceResolver,
  EntryPageResolver,
  AccessHistoryResolver,
  ConsoleResolver,
] as const;
