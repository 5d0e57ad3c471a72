import type { PepDefinition, TenantDefinition } from '@sallyport/contracts';
import { createHash } from 'node:crypto';
import { accessRuleOf } from './access-rule-of.js';
import { consentDirectiveOf } from './consent-directive-of.js';
import type { Pep } from './facts.ports.js';
import { checkedAtMs, postureRecordOf } from './posture-record-of.js';
import type { StoredFact } from './stored-fact.js';

/** What a tenant's directory means as facts, as if it had been applied at `nowMs`; its policies are loaded, not put. */
export function factsOf(definition: TenantDefinition, nowMs: number): StoredFact[] {
  const { settings } = definition;
  return [
    { kind: 'tenant', key: [], value: settings },
    ...definition.peps.map((pep) => pepFactOf(settings.name, pep)),
    ...definition.entities.map((value): StoredFact => ({
      kind: 'entity',
      key: [value.uid.type, value.uid.id],
      value,
    })),
    ...definition.devices.map((device): StoredFact => {
      const { id, checkedAt: _, ...reported } = device;
      const stored = { ...reported, source: 'directory' };
      const value = postureRecordOf(id, stored, checkedAtMs(device, nowMs));
      return { kind: 'device', key: [id], value };
    }),
    ...definition.consents.map(({ id, resource }): StoredFact => {
      return { kind: 'consent', key: [id], value: consentDirectiveOf(id, '', resource) };
    }),
    ...definition.accessRules.map((rule): StoredFact => {
      return { kind: 'rule', key: [rule.id], value: { version: 1, rule: accessRuleOf(rule) } };
    }),
  ];
}

/** SHA-256 of a PEP's key, whichever way the directory gives it; undefined where it has none. */
export function keyHashOf({ key, keyHash }: PepDefinition): Uint8Array | undefined {
  if (key !== undefined) return createHash('sha256').update(key).digest();
  return keyHash === undefined ? undefined : Buffer.from(keyHash, 'hex');
}

function pepFactOf(tenantId: string, definition: PepDefinition): StoredFact {
  const { name, kind, mode, trustedProperties, explain, strict, routes } = definition;
  const { authoritative, cacheSeconds, opa, limits, data } = definition;
  const pep: Pep = {
    tenantId,
    name,
    kind,
    mode,
    trustedProperties: trustedProperties && new Set(trustedProperties),
    explain,
    strict,
    cacheSeconds,
    routes: routes.map((route) => ({ ...route })) as unknown as Pep['routes'],
    authoritative,
    opa,
    limits,
    data,
  };
  const keyHash = keyHashOf(definition);
  const { spiffeId } = definition;
  const value = {
    pep,
    ...(keyHash ? { keyHash } : {}),
    ...(spiffeId === undefined ? {} : { spiffeId }),
  };
  return { kind: 'pep', key: [name], value };
}
