/** Policies, registers and questions that engines are measured on. */
import { EntityStore } from '@sallyport/policy';

const NOW = Date.UTC(2026, 2, 1, 12);
const QUESTIONS = 64;

/** What zero-trust policy `n` asks for, with numbers and names that no other policy has; every one of them holds in `questions`. */
function clausesOf(n) {
  const conditions = [
    `context.authn.verified && context.authn.method == "token" && context.authn.issuer != "${n}"`,
    `context.device.managed && context.device.compliant && context.device.id != "${n}"`,
    `context.now.durationSince(context.device.checkedAt) < duration("${24 + n}h")`,
    `context.network.ip.isInRange(ip("10.0.0.0/8")) && context.network.asn != ${n}`,
    `["DE", "FR", "X${n}"].contains(context.network.country)`,
    `context.risk.score < ${50 + n} && context.risk.level != "high"`,
    `context.authn.amr.containsAny(["otp", "${n}"])`,
    `context.grant.endsAt > context.now && context.grant.id != "${n}"`,
    `context.request.purpose == "support" && context.request.ticket like "INC*-*" && context.request.ticket != "${n}"`,
    `principal.level >= ${3 - n} && principal.department == resource.department`,
    `resource.classification != "secret-${n}"`,
  ];
  return conditions.map((condition) => `when { ${condition} }`).join('\n');
}

/** `count` policies about as many resources, and one about all: a question is about one of them. */
export function scopedBundle(count) {
  const policies = Array.from(
    { length: count },
    (_, n) =>
      `@id("scoped-${n}") permit (principal in role::"reader", action == Action::"read", resource == database::"${n}")\n${clausesOf(0)};`,
  );
  const everywhere = `@id("travel") forbid (principal, action, resource) when { context.risk.reasons.contains("impossible-travel") };`;
  return bundleOf([...policies, everywhere]);
}

/**
 * The worst case: every policy is about every question, and every condition holds. `isDistinct`: no two policies have a condition in common; else all have
 * the same.
 */
export function allMatchingBundle(count, isDistinct) {
  const policies = Array.from(
    { length: count },
    (_, n) =>
      `@id("all-${n}") permit (principal, action, resource)\n${clausesOf(isDistinct ? n : 0)};`,
  );
  return bundleOf(policies);
}

/** Questions about resources 0 to `resources` - 1, each of another principal. */
export function questions(resources) {
  const entities = new EntityStore();
  const user = (n) => ({ type: 'user', id: `user-${n}@example.org` });
  const database = (n) => ({ type: 'database', id: String(n) });
  const asked = Array.from({ length: QUESTIONS }, (_, n) => {
    const about = Math.floor((n * resources) / QUESTIONS);
    entities.put({
      uid: user(n),
      attrs: { level: 3 + (n % 3), department: 'care', name: `User ${n}` },
      parents: [{ type: 'group', id: `team-${n % 7}` }],
    });
    entities.put({
      uid: database(about),
      attrs: { department: 'care', classification: 'internal' },
      parents: [],
    });
    return {
      principal: { ref: user(n) },
      action: 'read',
      resource: { ref: database(about) },
      facts: factsOf(n),
      actionProperties: { soft: true },
      request: {
        purpose: 'support',
        ticket: `INC-${n}`,
        client: { version: '1.2.3', os: 'linux' },
      },
      entities,
    };
  });
  for (let team = 0; team < 7; team += 1)
    entities.put({
      uid: { type: 'group', id: `team-${team}` },
      attrs: {},
      parents: [{ type: 'group', id: 'staff' }],
    });
  return asked;
}

function factsOf(n) {
  const role = { type: 'role', id: 'reader' };
  return {
    nowMs: NOW + n,
    authn: {
      method: 'token',
      verified: true,
      issuer: 'https://id.example.org',
      amr: ['pwd', 'otp'],
      authTime: NOW / 1000 - 60,
    },
    device: {
      id: `device-${n}`,
      managed: true,
      compliant: true,
      os: 'linux',
      osVersion: '6.1',
      diskEncrypted: true,
      screenLock: true,
      checkedAtMs: NOW - 600_000,
      freshUntilMs: NOW + 1,
    },
    network: { ip: `10.1.2.${n}`, country: 'DE', continent: 'EU', asn: 3320, anonymizer: false },
    risk: { score: n % 40, level: 'low', reasons: ['new-device'] },
    grants: [{ id: `grant-${n}`, role, endsAtMs: NOW + 3_600_000, breakGlass: false }],
    missing: [],
    registerVersion: 1,
  };
}

function bundleOf(policies) {
  return { files: { 'policies/main.cedar': policies.join('\n\n') } };
}
