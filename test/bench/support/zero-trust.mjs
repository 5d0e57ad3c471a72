/**
 * The check that is compared: may this person, on this device, from this network, with this grant, at this time, do this to that database?
 * Once as a tenant of Sallyport, once for Cerbos. Sallyport knows device, grant, database and where an address lies from its registers;
 * Cerbos knows nothing by itself, so that all of it stands in each of its requests.
 */
export const tenant = 'bench';
export const userCount = 256;
const databaseCount = 64;
export const hourMs = 3_600_000;

/** Where the rules let people come from. */
export const europe = ['DE', 'FR', 'NL', 'SE', 'PL', 'ES', 'IT', 'AT', 'BE', 'DK'];
/** The first three bytes of addresses that the shipped country database places there. */
const networks = [
  ['DE', '2.16.7'],
  ['FR', '5.48.7'],
  ['NL', '13.80.7'],
  ['US', '3.16.7'],
  ['CN', '1.80.7'],
];

/** People differ in what they carry, so that about half of the questions end in a permit. */
const users = Array.from({ length: userCount }, (_, n) => {
  const [country, network] = networks[n % 16 === 0 ? 3 + ((n >> 4) % 2) : n % 3];
  return {
    id: `user-${n}@bench.example`,
    country,
    ip: `${network}.${n % 250}`,
    device: {
      id: `laptop-${n}`,
      managed: n % 11 !== 0,
      diskEncrypted: n % 13 !== 0,
      stale: n % 17 === 0,
    },
    roles: [
      ...(n % 9 === 0 ? [] : ['database-reader']),
      ...(n % 3 === 0 ? ['database-writer'] : []),
    ],
  };
});
const databases = Array.from({ length: databaseCount }, (_, n) => ({
  id: `database-${n}`,
  locked: n % 16 === 5,
  openUntil: n % 8 === 3 ? '2020-01-01T00:00:00.000Z' : '2120-01-01T00:00:00.000Z',
}));

/** `count` different questions, the same at each run. */
export function questionsOf(count) {
  return Array.from({ length: count }, (_, n) => ({
    user: users[n % userCount],
    action: n % 5 === 4 ? 'write' : 'read',
    databases: [databases[(n * 7 + (n >> 8)) % databaseCount]],
  }));
}

/** `count` questions, each by one person about `size` databases. */
export function batchesOf(count, size) {
  return questionsOf(count).map((question, n) => ({
    ...question,
    databases: Array.from({ length: size }, (_, item) => databases[(n + item) % databaseCount]),
  }));
}

/** AuthZEN: one evaluation, or evaluations that share all but the resource. */
export function forSallyport({ user, action, databases: asked }, { isBatch = false } = {}) {
  const [resource, ...more] = asked.map(({ id }) => ({ type: 'database', id }));
  return {
    subject: { type: 'user', id: user.id },
    action: { name: action },
    context: { ip: user.ip, device_id: user.device.id },
    ...(isBatch
      ? { evaluations: [resource, ...more].map((one) => ({ resource: one })) }
      : { resource }),
  };
}

const cedarPermit = (action, role) => `
@id("database-${action}")
permit (principal in role::"${role}", action == Action::"${action}", resource is database)
when { context has device.compliant && context.device.compliant }
when { context has device.managed && context.device.managed }
when { context has network.country && ${JSON.stringify(europe)}.contains(context.network.country) }
when { context has risk && context.risk.level != "high" }
when { context.now < resource.openUntil };
`;

/** The directory of the tenant, for `sallyport apply`. */
export function sallyportFiles() {
  const entity = (type, id, attrs = {}) => ({ uid: { type, id }, attrs, parents: [] });
  const entities = [
    entity('role', 'database-reader'),
    entity('role', 'database-writer'),
    ...users.map(({ id }) => entity('user', id)),
    ...databases.map(({ id, locked, openUntil }) =>
      entity('database', id, { locked, openUntil: { __extn: { fn: 'datetime', arg: openUntil } } }),
    ),
  ];
  const devices = users.map(({ id, device: { stale, ...device } }) => ({
    ...device,
    owner: `user::${id}`,
    os: 'macos',
    osVersion: '26.1',
    checkedAt: { ago: stale ? '48h' : '1h' },
  }));
  return {
    'tenant.yaml': `name: ${tenant}\nposture: { maxAgeSeconds: 86400, requirements: { diskEncrypted: true } }\n`,
    'peps.yaml':
      '- { name: gateway, kind: gateway, key: "${SALLYPORT_BENCH_KEY}", trustedProperties: [subject, ip, device_id] }\n',
    'schema.cedarschema': `entity role; entity user in [role]; entity database { locked: Bool, openUntil: datetime };
action "read", "write" appliesTo { principal: user, resource: database };`,
    'policies/bench.cedar': `${cedarPermit('read', 'database-reader')}${cedarPermit('write', 'database-writer')}
@id("locked") forbid (principal, action, resource is database) when { resource.locked };
@id("impossible-travel") forbid (principal, action, resource)
when { context has risk && context.risk.reasons.contains("impossible-travel") };`,
    'entities/all.json': JSON.stringify(entities),
    'devices/all.json': JSON.stringify(devices),
  };
}

/** The grants of everybody, each for a day from now: rows for the table `grants`. */
export function grantRows(nowMs) {
  return users.flatMap(({ id, roles }, n) =>
    roles.map((role) => ({
      tenant_id: tenant,
      id: `grant-${n}-${role}`,
      request_id: `request-${n}-${role}`,
      subject_type: 'user',
      subject_id: id,
      role_type: 'role',
      role_id: role,
      starts_at: new Date(nowMs - hourMs),
      ends_at: new Date(nowMs + 24 * hourMs),
      state: 'active',
    })),
  );
}
