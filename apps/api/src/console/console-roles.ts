import type { EntityRef } from '@sallyport/contracts';
import type { TenantFacts } from '../registers/facts.ports.js';

export const CONSOLE_ROLES = ['admin', 'auditor'] as const;
export type ConsoleRole = (typeof CONSOLE_ROLES)[number];

/** The console roles a subject holds now, through its groups or by name. */
export function consoleRolesOf(facts: TenantFacts, subject: EntityRef): ConsoleRole[] {
  const roles = facts.settings.console?.roles;
  if (!roles) return [];
  const held = [subject, ...facts.ancestorsOf(subject)];
  const holdsAny = (wanted: readonly EntityRef[]) =>
    wanted.some((ref) => held.some(({ type, id }) => type === ref.type && id === ref.id));
  return CONSOLE_ROLES.filter((role) => holdsAny(roles[role]));
}
