import type { Facts, GrantFacts, ReasonCode } from '@sallyport/contracts';
import { assessRisk, unverifiedSubjectSignal } from '@sallyport/risk';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import { type Gathered, type Identified, withFindings } from '../decision-state.js';
import { type ConsentFinding, findConsent } from '../facts/consent-facts.js';
import { type DeviceFinding, findDevice } from '../facts/device-facts.js';
import { liveGrants } from '../facts/live-grants.js';
import { findWhereabouts, lastWhereabouts, type Whereabouts } from '../facts/whereabouts.js';

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
  const { tenant, resolved, atMs: nowMs } = state;
  const { subject, deviceId } = resolved;
  const isStale = services.facts.feedAgeMs(tenant.tenantId) > services.settings.maxFeedAgeMs;
  const device = findDevice(tenant, subject, deviceId, nowMs);
  const where = state.supposed?.isAtLastPlace
    ? lastWhereabouts(tenant, subject)
    : findWhereabouts(tenant, subject, resolved, nowMs, services.geo);
  const consent = findConsent(tenant, resolved, nowMs);
  const live = liveGrants(tenant, subject, nowMs);
  const grants = state.supposed ? [...live, ...state.supposed.grants] : live;
  const facts = factsOf(state, { isStale, device, where, consent, grants });
  return withFindings(state, { facts, sighting: where.sighting });
}

interface Findings {
  readonly isStale: boolean;
  readonly device: DeviceFinding;
  readonly where: Whereabouts;
  readonly consent: ConsentFinding;
  readonly grants: readonly GrantFacts[];
}

function factsOf(
  { tenant, resolved: { authn }, atMs: nowMs }: Identified,
  { isStale, device, where, consent, grants }: Findings,
): Facts {
  const facts: { -readonly [Member in keyof Facts]: Facts[Member] } = {
    nowMs,
    authn,
    risk: assessRisk([
      device.signal,
      where.travel,
      where.anonymizer,
      unverifiedSubjectSignal(authn.verified),
    ]),
    grants,
    missing: present(isStale ? 'feed-stale' : undefined, device, where, consent),
    registerVersion: tenant.version,
  };
  if (device.device !== undefined) facts.device = device.device;
  if (where.network !== undefined) facts.network = where.network;
  if (consent.consent !== undefined) facts.consent = consent.consent;
  return facts;
}

function present(
  stale: ReasonCode | undefined,
  ...findings: readonly { readonly missing: ReasonCode | undefined }[]
): readonly ReasonCode[] {
  const codes: ReasonCode[] = stale === undefined ? [] : [stale];
  for (const { missing } of findings) if (missing !== undefined) codes.push(missing);
  return codes;
}
