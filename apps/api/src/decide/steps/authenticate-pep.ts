import type { FactsRegister } from '../../registers/facts.ports.js';
import { type Asked, type Authenticated, StepDenied, withFindings } from '../decision-state.js';

/** The credential was judged at the door; what remains is that the tenant it belongs to is known here. */
export function authenticatePep(
  asked: Asked,
  { facts }: { readonly facts: FactsRegister },
): Authenticated {
  const tenant = facts.tenant(asked.pep.tenantId);
  if (!tenant) throw new StepDenied('broker-error');
  return withFindings(asked, { tenant });
}
