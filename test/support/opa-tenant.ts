/** A tenant whose enforcement points speak OPA; everybody may read what the company publishes, Dana also what it owns. */
export const SHOP = 'shop';

export const SHOP_KEYS = {
  service: 'shop-service-key-0001',
  gateway: 'shop-gateway-key-0001',
  observer: 'shop-observer-key-01',
  warner: 'shop-warner-key-0001',
} as const;

const ROUTES = `
    - { method: GET, path: '/documents/{id}', action: read, resource: { type: document, id: '{id}' } }
    - { method: DELETE, path: '/documents/{id}', action: delete, resource: { type: document, id: '{id}' } }`;

const PLAIN = `
    - { path: shop/allow, view: boolean }
    - { path: shop/result, view: object }`;

/** Its directory, as `apply` takes it. */
export function shopDirectory(): Record<string, string> {
  const { service, gateway, observer, warner } = SHOP_KEYS;
  return {
    'tenant.yaml': `
name: ${SHOP}
issuers: [{ issuer: builtin, audiences: [acme-apps] }]
tokens: { maxTtlSeconds: 900, audiences: [shop-api] }
`,
    'policies/shop.cedar': `
@id("published")
permit (principal, action == Action::"read", resource == document::"pricelist");
@id("owned")
@obligation("log-access")
permit (principal in group::"owners", action == Action::"delete", resource is document);
`,
    'entities/all.json': JSON.stringify([
      { uid: { type: 'group', id: 'owners' }, attrs: {}, parents: [] },
      {
        uid: { type: 'user', id: 'dana@acme.example' },
        attrs: {},
        parents: [{ type: 'group', id: 'owners' }],
      },
    ]),
    'peps.yaml': `
- name: service
  key: ${service}
  opa:${PLAIN}
    - path: shop/documents/readable
      view: boolean
      input:
        subject: { type: user, id: /user }
        action: read
        resource: { type: document, id: /document/name }
- name: gateway
  kind: gateway
  key: ${gateway}
  trustedProperties: [ip]
  routes:${ROUTES}
  opa:
    - { path: kong/authz, preset: kong, view: object }
    - { path: kong/authz/allow, preset: kong, view: boolean }
    - { path: apisix/authz, preset: apisix, view: object }
    - { path: envoy/authz/allow, preset: envoy, view: object }
- { name: observer, mode: monitor, key: ${observer}, routes: [], opa: [{ path: shop/allow, view: boolean }, { path: shop/result, view: object }] }
- { name: warner, mode: warn, key: ${warner}, routes: [], opa: [{ path: shop/allow, view: boolean }, { path: shop/result, view: object }] }
`,
  };
}
