/** A tenant whose policies permit by everything that a search can go by; its people are those of fill-registers.mjs. */
import { createCleanup } from './cleanup.mjs';
import { startSallyport } from './sallyport.mjs';

export const name = 'bench';
/** As many as fill-registers.mjs spreads people over. */
const teamCount = 2_000;
const crewSize = 50;

const files = {
  'tenant.yaml': `name: ${name}\n`,
  'peps.yaml':
    '- { name: gateway, kind: gateway, key: "${SALLYPORT_BENCH_KEY}", trustedProperties: [subject] }\n',
  'policies/bench.cedar': `
@id("everybody")
permit (principal is user in group::"staff", action == Action::"enter", resource is building);
@id("crew")
permit (principal in group::"crew", action == Action::"repair", resource is building);
@id("role")
permit (principal in role::"role-7", action == Action::"inspect", resource is building);
@id("attribute")
permit (principal is user, action == Action::"operate", resource is building)
when { principal.department == "oncology" && principal.clearance == 4 };
@id("nobody")
permit (principal is user, action == Action::"demolish", resource is building) when { principal.clearance > 90 };
`,
  'entities/all.json': JSON.stringify([
    ...Array.from({ length: teamCount }, (_, n) => entity('group', `team-${n}`, 'staff')),
    ...Array.from({ length: crewSize }, (_, n) => entity('user', `crew-${n}`, 'crew')),
  ]),
};

/** The searches, by what they go by. */
export const searches = {
  'group of all': 'enter',
  'group of 50': 'repair',
  'live grant, 1 in 50': 'inspect',
  'attributes, 1 in 20': 'operate',
  'attributes, nobody': 'demolish',
};

function entity(type, id, group) {
  return { uid: { type, id }, attrs: {}, parents: [{ type: 'group', id: group }] };
}

/** Applies the tenant with a broker that is gone afterwards. */
export async function create(cleanup, database) {
  const own = createCleanup();
  cleanup.defer(() => own.run());
  const sallyport = await startSallyport(own, { database });
  await sallyport.apply(files);
  await own.run();
}

/** One page of who may do something; after the last page, the first again. */
export async function page({ baseUrl, pepKey }, action, token) {
  const answer = await fetch(`${baseUrl}/access/v1/search/subject`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${pepKey}` },
    body: JSON.stringify({
      subject: { type: 'user' },
      action: { name: action },
      resource: { type: 'building', id: 'main' },
      page: { limit: 100, ...(token === '' ? {} : { token }) },
    }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
