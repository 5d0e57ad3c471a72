/** The second tenant of tests: nothing in it is called like anything in `acme`. */
export const OTHER = {
  name: 'other',
  pep: 'other-mesh',
  rule: 'vault-opener',
  device: 'mallory-phone',
  people: {
    admin: 'eve@other.example',
    approver: 'olga@other.example',
    member: 'mallory@other.example',
  },
} as const;

const entity = (type: string, id: string, parents: readonly string[] = []) => ({
  uid: { type, id },
  attrs: {},
  parents: parents.map((parent) => ({ type: 'group', id: parent })),
});

/** Its directory, as `apply` takes it. */
export function otherDirectory(pepKey: string): Record<string, string> {
  const { admin, approver, member } = OTHER.people;
  return {
    'tenant.yaml': `
name: ${OTHER.name}
displayName: The Other Company
issuers: [{ issuer: builtin, audiences: [acme-apps] }]
console: { issuer: builtin, clientId: sallyport-console, roles: { admin: ['group:chiefs'] } }
tokens: { maxTtlSeconds: 900, audiences: [vault-api] }
`,
    'policies/vault.cedar': `
@id("vault-open")
permit (principal in role::"vault-opener", action == Action::"open", resource == vault::"main");
`,
    'entities/all.json': JSON.stringify([
      entity('user', admin, ['chiefs']),
      entity('user', approver, ['keepers']),
      entity('user', member, ['makers']),
      ...['chiefs', 'keepers', 'makers'].map((id) => entity('group', id)),
      entity('role', 'vault-opener'),
      entity('vault', 'main'),
    ]),
    'devices/phones.json': JSON.stringify({
      id: OTHER.device,
      owner: `user::${member}`,
      diskEncrypted: true,
      checkedAt: { ago: '10m' },
    }),
    'peps.yaml': `- { name: ${OTHER.pep}, kind: mesh, key: ${pepKey}, trustedProperties: [subject, ip, device_id] }\n`,
    'access/vault.yaml': `
id: ${OTHER.rule}
title: Open the vault
role: role::vault-opener
eligible: { groups: [makers] }
approvers: { groups: [keepers] }
maxDuration: 1h
`,
  };
}
