import type { Facts, ReasonCode } from '@sallyport/contracts';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import { type Gathered, type Identified, withFindings } from '../decision-state.js';
import { type ConsentFinding, findConsent } from '../facts/consent-facts.js';
import { factsAboutSubject } from '../facts/facts-about-subject.js';

/**
 * What is known at this moment, all of it from memory. Synchronous, so that no change can come in between two facts. A missing
 * or stale fact is absent, never false, and `missing` says why.
 */
export function gatherContext(
  state: Identified,
  services: {
    readonly facts: FactsRegister;
    readonly geo: GeoLocator;
    readonly settings: Pick<DecideSettings, 'maxFeedAgeMs'>;
  },
): Gathered {
  const { tenant, resolved, atMs } = state;
  const isStale = services.facts.feedAgeMs(tenant.tenantId) > services.settings.maxFeedAgeMs;
  const { facts, sighting } = factsAboutSubject(state, isStale, services.geo);
  const consent = findConsent(tenant, resolved, atMs);
  return withFindings(state, { facts: withConsent(facts, consent), sighting });
}

/** The same facts where no consent is needed: what was made of them is known then. */
function withConsent(facts: Facts, { consent, missing }: ConsentFinding): Facts {
  if (consent === undefined) return facts;
  const all: { -readonly [Member in keyof Facts]: Facts[Member] } = {
    nowMs: facts.nowMs,
    authn: facts.authn,
    consent,
    grants: facts.grants,
    missing: lacking(facts.missing, missing),
    registerVersion: facts.registerVersion,
  };
  if (facts.risk !== undefined) all.risk = facts.risk;
  if (facts.device !== undefined) all.device = facts.device;
  if (facts.network !== undefined) all.network = facts.network;
  return all;
}

function lacking(
  missing: readonly ReasonCode[],
  consent: ReasonCode | undefined,
): readonly ReasonCode[] {
  return consent === undefined ? missing : [...missing, consent];
}
