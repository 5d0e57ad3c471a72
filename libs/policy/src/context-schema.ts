/**
 * The context record that every policy sees (design §4), as Cedar's schema. What has no `?` is always there; everything else is absent while it is unknown.
 * `action` and `request` are what the client sent: a tenant's schema declares what it expects in them.
 */
export const CONTEXT_SCHEMA = `type Context = {
  now: __cedar::datetime,
  authn: {
    method: __cedar::String,
    verified: __cedar::Bool,
    issuer?: __cedar::String,
    acr?: __cedar::String,
    amr?: Set<__cedar::String>,
    authTime?: __cedar::datetime,
  },
  device?: {
    id: __cedar::String,
    managed?: __cedar::Bool,
    compliant?: __cedar::Bool,
    os?: __cedar::String,
    osVersion?: __cedar::String,
    diskEncrypted?: __cedar::Bool,
    screenLock?: __cedar::Bool,
    firewall?: __cedar::Bool,
    checkedAt: __cedar::datetime,
  },
  network?: {
    ip?: __cedar::ipaddr,
    country?: __cedar::String,
    continent?: __cedar::String,
    region?: __cedar::String,
    asn?: __cedar::Long,
    anonymizer?: __cedar::Bool,
  },
  risk?: {
    score: __cedar::Long,
    level: __cedar::String,
    reasons: Set<__cedar::String>,
  },
  consent?: {
    status: __cedar::String,
    purpose?: __cedar::String,
    directive?: __cedar::String,
    expiresAt?: __cedar::datetime,
  },
  grant?: {
    id: __cedar::String,
    endsAt: __cedar::datetime,
    breakGlass: __cedar::Bool,
  },
  action: {},
  request: {},
};
`;

/** The names that `context` may have members of. */
export const CONTEXT_NAMES = [
  'now',
  'authn',
  'device',
  'network',
  'risk',
  'consent',
  'grant',
  'action',
  'request',
] as const;
