/** The check of zero-trust.mjs for Cerbos: its questions and its policy. */
import { europe, hourMs } from './zero-trust.mjs';

/** Cerbos: CheckResources. */
export function forCerbos({ user, action, databases: asked }, nowMs) {
  const { id, managed, diskEncrypted, stale } = user.device;
  return {
    requestId: 'bench',
    principal: {
      id: user.id,
      roles: ['user'],
      attr: {
        device: {
          id,
          managed,
          diskEncrypted,
          checkedAt: new Date(nowMs - (stale ? 48 : 1) * hourMs),
        },
        network: { ip: user.ip, country: user.country },
        risk: { score: 10, level: 'low', reasons: ['subject-unverified'] },
        grants: user.roles.map((role) => ({ role, endsAt: new Date(nowMs + 24 * hourMs) })),
      },
    },
    resources: asked.map(({ id: database, locked, openUntil }) => ({
      actions: [action],
      resource: { kind: 'database', id: database, attr: { locked, openUntil } },
    })),
  };
}

const cerbosPermit = (action, role) => ({
  actions: [action],
  effect: 'EFFECT_ALLOW',
  roles: ['user'],
  condition: {
    match: {
      all: {
        of: [
          `P.attr.grants.exists(g, g.role == "${role}" && now() < timestamp(g.endsAt))`,
          'has(P.attr.device) && P.attr.device.diskEncrypted && now() - timestamp(P.attr.device.checkedAt) < duration("24h")',
          'P.attr.device.managed',
          `has(P.attr.network.country) && P.attr.network.country in ${JSON.stringify(europe)}`,
          'has(P.attr.risk) && P.attr.risk.level != "high"',
          'now() < timestamp(R.attr.openUntil)',
        ].map((expr) => ({ expr })),
      },
    },
  },
});

const cerbosForbid = (expr) => ({
  actions: ['*'],
  effect: 'EFFECT_DENY',
  roles: ['*'],
  condition: { match: { expr } },
});

/** The same rules as a Cerbos policy; JSON is YAML. */
export function cerbosFiles() {
  const policy = {
    apiVersion: 'api.cerbos.dev/v1',
    resourcePolicy: {
      version: 'default',
      resource: 'database',
      rules: [
        cerbosPermit('read', 'database-reader'),
        cerbosPermit('write', 'database-writer'),
        cerbosForbid('R.attr.locked'),
        cerbosForbid('has(P.attr.risk) && "impossible-travel" in P.attr.risk.reasons'),
      ],
    },
  };
  return { 'database.yaml': JSON.stringify(policy, null, 1) };
}
