import {
  isPlaceholder,
  type AccessRuleDefinition,
  type EntityRef,
  type Problem,
  type TenantDefinition,
  type TenantSettings,
} from '@sallyport/contracts';
import { parseConsent } from '@sallyport/consent';
import { findCycle } from './entity-cycle.js';
import { unstorablePath } from './storable.js';

/** What a directory may hold here beside what its own files say. */
export interface ApplyRules {
  /** The issuer `builtin` exists in the development profile only. */
  readonly allowsBuiltinIssuer: boolean;
}

/** Problems that no single file shows. Nothing is applied while there is one. */
export function checkTenant(tenant: TenantDefinition, rules: ApplyRules): Problem[] {
  return [
    ...(rules.allowsBuiltinIssuer ? [] : builtinIssuers(tenant.settings)),
    ...placeholders(tenant),
    ...unstorable(tenant),
    ...consents(tenant),
    ...hierarchy(tenant),
    ...tenant.accessRules.flatMap(people),
  ];
}

/** What is probably not meant: references to entities that the directory does not hold. */
export function warnAbout({ entities, accessRules }: TenantDefinition): Problem[] {
  const known = new Set(entities.map(({ uid }) => nameOf(uid)));
  return accessRules.flatMap(({ id, eligible, approvers }) =>
    [...eligible.groups, ...eligible.users, ...approvers.groups, ...approvers.users]
      .map(nameOf)
      .filter((name) => !known.has(name))
      .map((name) => ({ file: 'access', message: `Rule "${id}": there is no entity ${name}.` })),
  );
}

function builtinIssuers({ issuers, console }: TenantSettings): Problem[] {
  const named = [...issuers.map(({ issuer }) => issuer), ...(console ? [console.issuer] : [])];
  if (!named.includes('builtin')) return [];
  const message = 'The issuer "builtin" exists in the development profile only.';
  return [{ file: 'tenant.yaml', message }];
}

/** A placeholder that was never filled would be a key that everybody can read. */
function placeholders({ peps }: TenantDefinition): Problem[] {
  return peps.flatMap(({ name, key }) => {
    if (key === undefined || !isPlaceholder(key)) return [];
    const message = `The key of "${name}" is still the placeholder ${key}.`;
    return [{ file: 'peps.yaml', message }];
  });
}

function unstorable(tenant: TenantDefinition): Problem[] {
  const path = unstorablePath(tenant);
  if (path === undefined) return [];
  const message = `${path.join('.')}: text with a NUL character or half a character cannot be stored.`;
  return [{ file: '.', message }];
}

function consents(tenant: TenantDefinition): Problem[] {
  return tenant.consents.flatMap(({ id, resource }) => {
    const result = parseConsent(resource);
    if (result.ok) return [];
    const { code, path } = result.error;
    const where = path === '' ? '' : ` at ${path}`;
    return [{ file: 'consents', message: `Consent "${id}" cannot be relied on: ${code}${where}.` }];
  });
}

function hierarchy({ entities }: TenantDefinition): Problem[] {
  const cycle = findCycle(entities);
  if (!cycle) return [];
  const message = `Parents go round in a circle: ${cycle.map(nameOf).join(' → ')}.`;
  return [{ file: 'entities', message }];
}

/** Rules compare people and groups by id, so another type would be taken for a user or a group of that name. */
function people({ id, eligible, approvers }: AccessRuleDefinition): Problem[] {
  const strangers = [
    ...[...eligible.groups, ...approvers.groups].filter(({ type }) => type !== 'group'),
    ...[...eligible.users, ...approvers.users].filter(({ type }) => type !== 'user'),
  ];
  return strangers.map((ref) => {
    const message = `Rule "${id}": ${nameOf(ref)} is neither a user nor a group in the place where it stands.`;
    return { file: 'access', message };
  });
}

function nameOf({ type, id }: EntityRef): string {
  return `${type}::${JSON.stringify(id)}`;
}
