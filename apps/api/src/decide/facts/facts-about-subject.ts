import type { Facts, GrantFacts, ReasonCode } from '@sallyport/contracts';
import { assessRisk, type Place, unverifiedSubjectSignal } from '@sallyport/risk';
import type { GeoLocator } from '../decide.ports.js';
import type { Identified } from '../decision-state.js';
import { type DeviceFinding, findDevice } from './device-facts.js';
import { liveGrants } from './live-grants.js';
import { findWhereabouts, lastWhereabouts, type Whereabouts } from './whereabouts.js';

/** Everything but consent, which is a matter of the resource. */
export interface AboutSubject {
  readonly facts: Facts;
  readonly sighting: Place | undefined;
}

interface Remembered {
  readonly asked: Identified;
  readonly isStale: boolean;
  readonly place: Place | undefined;
  readonly about: AboutSubject;
}

/** The last one alone: the questions of a batch are mostly about one subject, and asked within a millisecond. */
let last: Remembered | undefined;

/** Who asks, on what device, from where, at what risk, with which grants. */
export function factsAboutSubject(
  asked: Identified,
  isStale: boolean,
  geo: GeoLocator,
): AboutSubject {
  const place = asked.tenant.place(asked.resolved.subject);
  if (last !== undefined && last.isStale === isStale && last.place === place && isSame(last, asked))
    return last.about;
  const about = gather(asked, isStale, geo);
  last = { asked, isStale, place, about };
  return about;
}

/** Whether nothing that the facts were made of differs. A change of the registers shows in their version; places have none. */
function isSame(
  { asked: { tenant, resolved, atMs, supposed }, about }: Remembered,
  asked: Identified,
) {
  return (
    atMs === asked.atMs &&
    tenant === asked.tenant &&
    about.facts.registerVersion === tenant.version &&
    supposed === undefined &&
    asked.supposed === undefined &&
    resolved.authn === asked.resolved.authn &&
    resolved.ip === asked.resolved.ip &&
    resolved.deviceId === asked.resolved.deviceId &&
    resolved.subject.id === asked.resolved.subject.id &&
    resolved.subject.type === asked.resolved.subject.type
  );
}

function gather(asked: Identified, isStale: boolean, geo: GeoLocator): AboutSubject {
  const { tenant, resolved, atMs: nowMs, supposed } = asked;
  const { subject, deviceId } = resolved;
  const device = findDevice(tenant, subject, deviceId, nowMs);
  const where = supposed?.isAtLastPlace
    ? lastWhereabouts(tenant, subject)
    : findWhereabouts(tenant, subject, resolved, nowMs, geo);
  const live = liveGrants(tenant, subject, nowMs);
  const grants = supposed ? [...live, ...supposed.grants] : live;
  const missing = lacking(isStale, device, where);
  return { facts: factsOf(asked, { device, where, grants, missing }), sighting: where.sighting };
}

interface Findings {
  readonly device: DeviceFinding;
  readonly where: Whereabouts;
  readonly grants: readonly GrantFacts[];
  readonly missing: readonly ReasonCode[];
}

function factsOf(
  { tenant, resolved: { authn }, atMs: nowMs }: Identified,
  { device, where, grants, missing }: Findings,
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
    missing,
    registerVersion: tenant.version,
  };
  if (device.device !== undefined) facts.device = device.device;
  if (where.network !== undefined) facts.network = where.network;
  return facts;
}

function lacking(isStale: boolean, device: DeviceFinding, where: Whereabouts): ReasonCode[] {
  const codes: ReasonCode[] = isStale ? ['feed-stale'] : [];
  if (device.missing !== undefined) codes.push(device.missing);
  if (where.missing !== undefined) codes.push(where.missing);
  return codes;
}
