import type {
  ConsentFacts,
  DeviceFacts,
  Facts,
  GrantFacts,
  Json,
  JsonObject,
  NetworkFacts,
} from '@sallyport/contracts';
import { plainCedarJson, plainCedarRecord } from './cedar-json.js';
import { datetimeValue, ipValue } from './cedar-values.js';
import { liveGrants } from './live-grants.js';

/**
 * The context record of design §4 as Cedar JSON, from facts and from what the client sent: `action` (the AuthZEN action's properties) and `request` (the
 * AuthZEN context). Never fails: what Cedar can't hold is absent. In the client's part every key is a plain name (`escapeKey`).
 */
export function toContextRecord(
  facts: Facts,
  action?: JsonObject,
  request?: JsonObject,
): JsonObject {
  // The token was taken out before; should it ever not be, policies and their logs still don't see it.
  const { subject_token: _token, subject_token_type: _type, ...asked } = request ?? {};
  return present({
    now: datetimeValue(facts.nowMs),
    authn: authnRecord(facts),
    device: facts.device && deviceRecord(facts.device),
    network: facts.network && networkRecord(facts.network),
    risk: facts.risk && plain({ ...facts.risk }),
    consent: facts.consent && consentRecord(facts.consent),
    grant: grantRecord(liveGrants(facts.grants, facts.nowMs)),
    action: plainCedarRecord(action),
    request: plainCedarRecord(asked),
  });
}

function authnRecord({ authn }: Facts): JsonObject {
  const { authTime, expiresAtMs: _, amr, ...rest } = authn;
  // OpenID Connect Core §2: auth_time counts seconds.
  const at = authTime === undefined ? undefined : datetimeValue(authTime * 1000);
  return present({ ...plain(rest), amr: amr && plainCedarJson([...amr]), authTime: at });
}

function deviceRecord({ checkedAtMs, freshUntilMs: _, ...rest }: DeviceFacts): JsonObject {
  return present({ ...plain(rest), checkedAt: datetimeValue(checkedAtMs) });
}

function networkRecord({ ip, ...rest }: NetworkFacts): JsonObject {
  return present({ ...plain(rest), ip: ipValue(ip) });
}

function consentRecord({ expiresAtMs, ...rest }: ConsentFacts): JsonObject {
  return present({
    ...plain(rest),
    expiresAt: expiresAtMs === undefined ? undefined : datetimeValue(expiresAtMs),
  });
}

/** `context.grant` is one of possibly many: the live grant that ends last (of two that end together, the lesser id). */
function grantRecord(grants: readonly GrantFacts[]): JsonObject | undefined {
  const [last] = [...grants].sort((a, b) => b.endsAtMs - a.endsAtMs || (a.id < b.id ? -1 : 1));
  if (last === undefined) return undefined;
  return present({
    id: last.id,
    endsAt: datetimeValue(last.endsAtMs),
    breakGlass: last.breakGlass,
  });
}

function plain(facts: { readonly [key: string]: Json | undefined }): JsonObject {
  return plainCedarRecord(present(facts));
}

function present(record: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
