/** A tenant whose enforcement point may keep answers for a minute. */
export const TENANT = 'sdk';
export const KEY = 'the-key-of-the-sdk-gateway';
export const FILES = {
  'tenant.yaml': `
name: ${TENANT}
tokens: { maxTtlSeconds: 900, audiences: [sdk-api] }
`,
  'policies/main.cedar': `
@id("read") permit (principal in role::"reader", action == Action::"read", resource == database::"prod");
@id("knock") permit (principal, action == Action::"knock", resource);
@id("look") permit (principal, action == Action::"look", resource) when { resource has open && resource.open == true };
@id("copy") @obligation("watermark") permit (principal, action == Action::"copy", resource);
`,
  'entities/all.json': JSON.stringify([
    { uid: { type: 'user', id: 'dana' }, attrs: {}, parents: [] },
  ]),
  'peps.yaml': `
- name: gateway
  key: ${KEY}
  cacheSeconds: 60
  data:
    database:
      table: databases
      id: { column: id }
      columns: { open: { column: is_open, type: bool } }
- { name: sdk-api, key: another-key-of-this-tenant }
`,
};
export const ask = (name: string) => ({
  subject: { type: 'user', id: 'dana' },
  action: { name },
  resource: { type: 'database', id: 'prod' },
});

/** Everything that a search finds. */
export async function listed<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of results) all.push(one);
  return all;
}
