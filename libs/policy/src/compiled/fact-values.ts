import type { Facts, GrantFacts, Json, JsonObject } from '@sallyport/contracts';
import { datetimeMs, unmappedAddress } from '../cedar-values.js';
import { CONTEXT_NAMES } from '../context-schema.js';
import { parseAddress } from './ip.js';
import { PlainRecord } from './plain-values.js';
import { DatetimeValue } from './time.js';
import { RecordValue, type Value } from './value.js';

/** What the context is made from. */
export interface ContextParts {
  readonly facts: Facts;
  readonly liveGrants: readonly GrantFacts[];
  readonly actionProperties: JsonObject | undefined;
  readonly request: JsonObject | undefined;
}

/** The context record of design §4, member by member as `toContextRecord` makes it, but only what is asked for. */
export class FactsContext extends RecordValue {
  private now: Value | undefined;
  private authn: Value | undefined;
  private device: Value | undefined;
  private network: Value | undefined;
  private risk: Value | undefined;
  private consent: Value | undefined;
  private grant: Value | undefined;
  private action: Value | undefined;
  private request: Value | undefined;

  constructor(private readonly parts: ContextParts) {
    super();
  }

  override get(name: string): Value | undefined {
    const { facts, liveGrants, actionProperties, request } = this.parts;
    switch (name) {
      case 'now':
        return (this.now ??= datetime(facts.nowMs));
      case 'authn':
        return (this.authn ??= new FactRecord(facts.authn, AUTHN));
      case 'device':
        return (this.device ??= facts.device && new FactRecord(facts.device, DEVICE));
      case 'network':
        return (this.network ??= facts.network && new FactRecord(facts.network, NETWORK));
      case 'risk':
        return (this.risk ??= facts.risk && new FactRecord(facts.risk, PLAIN));
      case 'consent':
        return (this.consent ??= facts.consent && new FactRecord(facts.consent, CONSENT));
      case 'grant':
        return (this.grant ??= grantRecord(liveGrants));
      case 'action':
        return (this.action ??= new PlainRecord(actionProperties ?? NOTHING));
      case 'request':
        return (this.request ??= new FactRecord(request ?? NOTHING, REQUEST));
      default:
        return undefined;
    }
  }

  override *names(): Generator<string> {
    for (const name of CONTEXT_NAMES) if (this.get(name) !== undefined) yield name;
  }
}

const NOTHING: JsonObject = {};

type Make = (facts: Readonly<Record<string, unknown>>) => Value | undefined;

/** How the members of a kind of fact differ from the facts' own: undefined hides one. */
type Shape = ReadonlyMap<string, Make | undefined>;

const PLAIN = shape([]);
// OpenID Connect Core §2: auth_time counts seconds.
const AUTHN = shape(['expiresAtMs'], {
  authTime: ({ authTime }) =>
    typeof authTime === 'number' ? datetime(authTime * 1000) : undefined,
});
const DEVICE = shape(['checkedAtMs', 'freshUntilMs'], {
  checkedAt: ({ checkedAtMs }) => datetime(checkedAtMs),
});
const NETWORK = shape([], { ip: ({ ip }) => address(ip) });
const CONSENT = shape(['expiresAtMs'], { expiresAt: ({ expiresAtMs }) => datetime(expiresAtMs) });
const GRANT = shape(['endsAtMs'], { endsAt: ({ endsAtMs }) => datetime(endsAtMs) });
// The token was taken out before; should it ever not be, policies and their logs still don't see it.
const REQUEST = shape(['subject_token', 'subject_token_type']);

function shape(hidden: readonly string[], made: Readonly<Record<string, Make>> = {}): Shape {
  const members: [string, Make | undefined][] = hidden.map((name) => [name, undefined]);
  return new Map(members.concat(Object.entries(made)));
}

class FactRecord extends PlainRecord {
  constructor(
    facts: object,
    private readonly shape: Shape,
  ) {
    super(facts as { readonly [name: string]: Json });
  }

  override get(name: string): Value | undefined {
    if (!this.shape.has(name)) return super.get(name);
    return this.known(name) ?? this.keep(name, this.shape.get(name)?.(this.json));
  }

  override *names(): Generator<string> {
    for (const name of super.names()) if (!this.shape.has(name)) yield name;
    for (const name of this.shape.keys()) if (this.get(name) !== undefined) yield name;
  }
}

/** `context.grant` is one of possibly many: the live grant that ends last (of two that end together, the lesser id). */
function grantRecord(grants: readonly GrantFacts[]): Value | undefined {
  let last: GrantFacts | undefined;
  for (const grant of grants) if (last === undefined || isLater(grant, last)) last = grant;
  if (last === undefined) return undefined;
  const { id, endsAtMs, breakGlass } = last;
  return new FactRecord({ id, endsAtMs, breakGlass }, GRANT);
}

function isLater(a: GrantFacts, b: GrantFacts): boolean {
  return a.endsAtMs === b.endsAtMs ? a.id < b.id : a.endsAtMs > b.endsAtMs;
}

function datetime(ms: unknown): DatetimeValue | undefined {
  const known = typeof ms === 'number' ? datetimeMs(ms) : undefined;
  return known === undefined ? undefined : new DatetimeValue(known);
}

function address(ip: unknown): Value | undefined {
  const single = typeof ip === 'string' ? unmappedAddress(ip) : undefined;
  return single === undefined ? undefined : parseAddress(single);
}
