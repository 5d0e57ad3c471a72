import type { TenantSettings } from '@sallyport/contracts';
import type { Pep } from '../../registers/facts.ports.js';

/** Tokens are issued for the audiences that the tenant lists, and for the enforcement point that asks. */
export function mayBeAudience(
  audience: string,
  pep: Pick<Pep, 'name'>,
  settings: TenantSettings | undefined,
): boolean {
  return audience === pep.name || (settings?.tokens.audiences.includes(audience) ?? false);
}
