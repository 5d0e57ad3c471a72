import type { Facts, RiskFacts } from '@sallyport/contracts';
import { assessRisk, unverifiedSubjectSignal, type RiskSignal } from '@sallyport/risk';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import type { Gathered, Identified } from '../decision-state.js';
import { findConsent } from '../facts/consent-facts.js';
import { findDevice } from '../facts/device-facts.js';
import { liveGrants } from '../facts/live-grants.js';
import { findWhereabouts, lastWhereabouts } from '../facts/whereabouts.js';

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
  const { subject, authn, deviceId } = resolved;
  const isStale = services.facts.feedAgeMs(tenant.tenantId) > services.settings.maxFeedAgeMs;
  const device = findDevice(tenant, subject, deviceId, nowMs);
  const where = state.supposed?.isAtLastPlace
    ? lastWhereabouts(tenant, subject)
    : findWhereabouts(tenant, subject, resolved, nowMs, services.geo);
  const consent = findConsent(tenant, resolved, nowMs);
  const signals = [device.signal, ...where.signals, unverifiedSubjectSignal(authn.verified)];
  const facts: Facts = {
    nowMs,
    authn,
    ...(device.device === undefined ? {} : { device: device.device }),
    ...(where.network === undefined ? {} : { network: where.network }),
    risk: riskOf(signals),
    ...(consent.consent === undefined ? {} : { consent: consent.consent }),
    grants: [...liveGrants(tenant, subject, nowMs), ...(state.supposed?.grants ?? [])],
    missing: [
      ...(isStale ? (['feed-stale'] as const) : []),
      ...device.missing,
      ...where.missing,
      ...consent.missing,
    ],
    registerVersion: tenant.version,
  };
  return { ...state, facts, ...(where.sighting === undefined ? {} : { sighting: where.sighting }) };
}

function riskOf(signals: readonly (RiskSignal | undefined)[]): RiskFacts {
  const { score, level, reasons } = assessRisk(signals);
  return { score, level, reasons };
}
