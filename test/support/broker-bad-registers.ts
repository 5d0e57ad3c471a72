import type { Asker, BadRequest } from './broker-bad-decide.js';
import type { Call } from './broker-client.js';

const ACME = '/v1/tenants/acme';
const json = { 'content-type': 'application/json' };
const yaml = 'name: acme\n';

const row = (
  method: string,
  what: string,
  path: string,
  names: RegExp,
  status = 400,
  call: Call = {},
  as: Asker = 'admin',
): BadRequest => ({ what, as, method, path, call, status, names });

const read = (what: string, path: string, names: RegExp, status = 400) =>
  row('GET', what, path, names, status);
const listed = (what: string, query: string, names: RegExp) =>
  read(what, `${ACME}/entries?${query}`, names);
const exported = (what: string, body: unknown, names: RegExp) =>
  row('POST', what, `${ACME}/exports`, names, 400, { json: body });
const applied = (what: string, body: unknown, names: RegExp, status = 400) =>
  row('PUT', what, ACME, names, status, { json: body });
const directory = (what: string, files: Record<string, string>, names: RegExp) =>
  applied(what, { files: { 'tenant.yaml': yaml, ...files } }, names, 422);
const put = (what: string, path: string, body: unknown, names: RegExp, status = 400) =>
  row('PUT', what, `${ACME}/${path}`, names, status, { json: body });

const device = { diskEncrypted: true, checkedAt: '2026-11-01T10:00:00Z' };

/** The log, entries, exports; tenants, devices, consents, entities. */
export const badAtRegisters: readonly BadRequest[] = [
  read('a tile of width 0', '/log/acme/tile/0/000.p/0', /tile/, 404),
  read('a tile of width 256 in words', '/log/acme/tile/0/000.p/256', /tile/, 404),
  read('a tile above the highest level', '/log/acme/tile/64/000', /tile/, 404),
  read('a tile without zeros', '/log/acme/tile/0/1', /tile/, 404),
  read('a tile in letters', '/log/acme/tile/zero/000', /tile/, 404),
  read('a tile beyond the checkpoint', '/log/acme/tile/0/x999/999', /checkpoint/, 404),
  read('a bundle beyond the checkpoint', '/log/acme/tile/entries/x999/999', /checkpoint/, 404),
  read('a tile in escapes', '/log/acme/tile/0/%30%30%30', /tile/, 404),
  read('the log of nobody', '/log/nobody/checkpoint', /tenant/, 404),
  read('the log of a control character', '/log/a%00b/checkpoint', /NUL/, 404),

  listed('a page of nothing', 'limit=0', /limit/),
  listed('a page of everything', 'limit=100000', /limit/),
  listed('a page in words', 'limit=many', /limit/),
  listed('two limits', 'limit=1&limit=2', /limit/),
  listed('an unknown filter', 'colour=red', /colour/),
  listed('a time in words', 'from=yesterday', /from/),
  listed('a time without zone', 'to=2026-11-01T10:00:00', /to/),
  listed('a decision that is neither', 'decision=maybe', /decision/),
  listed('a cursor that nobody gave out', 'after=zzz', /after/),
  listed('an endless text', `text=${'x'.repeat(300)}`, /text/),
  read('an entry that never was', `${ACME}/entries/none`, /entry/, 404),
  read('an entry of control characters', `${ACME}/entries/%00`, /NUL/, 404),
  read('an entry with an endless id', `${ACME}/entries/${'x'.repeat(600)}`, /nothing/, 404),
  read('a proof of an entry that never was', `${ACME}/entries/none/proof`, /entry/, 404),
  row('GET', 'entries for a member', `${ACME}/entries`, /may not/, 403, {}, 'member'),

  row('POST', 'an export of nothing', `${ACME}/exports`, /empty/, 400, { headers: json, body: '' }),
  exported('a filter in words', { filter: 'all' }, /filter/),
  exported('a filter that is unknown', { filter: { colour: 'red' } }, /colour/),
  exported('a decision in words', { filter: { decision: 'permit' } }, /filter\.decision/),
  exported('a time in words', { filter: { from: 'yesterday' } }, /filter\.from/),
  exported('no entry at most', { maxEntries: 0 }, /maxEntries/),
  row(
    'POST',
    'an export of a tenant of control characters',
    '/v1/tenants/a%00/exports',
    /NUL/,
    404,
    { json: {} },
  ),
  exported('an unknown wish', { format: 'pdf' }, /format/),
  row(
    'POST',
    'an export for an enforcement point',
    `${ACME}/exports`,
    /may not/,
    403,
    { json: {} },
    'pep',
  ),
  row(
    'POST',
    'an export without the header that a form cannot send',
    `${ACME}/exports`,
    /x-sallyport-csrf/,
    403,
    { json: {}, headers: { cookie: '$session' } },
    'nobody',
  ),

  row('PUT', 'a directory that is empty text', ACME, /empty/, 400, { headers: json, body: '' }),
  applied('no directory', {}, /files/),
  applied('a list of files', { files: [] }, /files/),
  applied('a file that is a number', { files: { 'tenant.yaml': 1 } }, /tenant\.yaml/),
  applied('a dry run in words', { files: {}, dryRun: 'yes' }, /dryRun/),
  applied('an unknown wish', { files: {}, force: true }, /force/),
  applied('a directory without tenant.yaml', { files: {} }, /tenant\.yaml/, 422),
  applied(
    "another tenant's directory",
    { files: { 'tenant.yaml': 'name: other\n' } },
    /other/,
    422,
  ),
  directory('YAML with a tab', { 'peps.yaml': '-\tname: [' }, /peps\.yaml/),
  directory('YAML that names itself', { 'peps.yaml': '&a [*a]' }, /peps\.yaml/),
  directory(
    'Cedar that stops in the middle',
    { 'policies/a.cedar': 'permit (principal,' },
    /policies\/a\.cedar/,
  ),
  directory('entities that are no JSON', { 'entities/a.json': '[' }, /entities\/a\.json/),
  directory(
    'parents in a circle',
    {
      'entities/a.json':
        '[{"uid":{"type":"group","id":"a"},"attrs":{},"parents":[{"type":"group","id":"a"}]}]',
    },
    /circle/,
  ),
  directory('a device without a check', { 'devices/a.json': '{"id":"a"}' }, /checkedAt/),
  directory('a path that climbs', { '../secrets/a.json': '{}' }, /secrets/),
  directory(
    'a control character in a name',
    { 'entities/a.json': '[{"uid":{"type":"user","id":"a\\u0000"},"attrs":{},"parents":[]}]' },
    /NUL/,
  ),
  row('PUT', 'a tenant with a name that is none', '/v1/tenants/A%20B', /name/, 422, {
    json: { files: { 'tenant.yaml': 'name: "A B"' } },
  }),
  row('PUT', 'the tenant of the instance', '/v1/tenants/_instance', /name/, 422, {
    json: { files: { 'tenant.yaml': 'name: _instance' } },
  }),
  row('GET', 'a tenant that is not there', '/v1/tenants/nobody', /tenant/, 404),

  put('a device in a list', 'devices/a', [device], /object/),
  put('a device without a check', 'devices/a', { diskEncrypted: true }, /checkedAt/),
  put('a device of the future', 'devices/a', { ...device, checkedAt: 'tomorrow' }, /checkedAt/),
  put('a device with two names', 'devices/a', { ...device, id: 'b' }, /id/),
  put('a device with a control character', 'devices/a%00', device, /NUL/),
  put('an entity whose parents are a word', 'entities/group/a', { parents: 'all' }, /parents/),
  put(
    'an entity above itself',
    'entities/group/a',
    { attrs: {}, parents: [{ type: 'group', id: 'a' }] },
    /parents/,
  ),
  put(
    'an entity with another name',
    'entities/group/a',
    { uid: { type: 'group', id: 'b' } },
    /uid/,
  ),
  put(
    'a consent that is a patient',
    'consents/a',
    { resourceType: 'Patient' },
    /resourceType|consent/i,
  ),
  put(
    'a consent of nobody',
    'consents/a',
    { resourceType: 'Consent', status: 'active' },
    /patient|consent/i,
  ),
  row('PUT', 'a device in a form', `${ACME}/devices/a`, /Content-Type/, 400, { form: { id: 'a' } }),
  row(
    'PUT',
    'a device of a tenant that is not there',
    '/v1/tenants/nobody/devices/a',
    /tenant/,
    404,
    { json: device },
  ),
  row('DELETE', 'a device that is not there', `${ACME}/devices/none`, /device/, 404),
  row('DELETE', 'an entity that is not there', `${ACME}/entities/user/none`, /entity/, 404),
  row(
    'PUT',
    'a device from an enforcement point',
    `${ACME}/devices/a`,
    /may not/,
    403,
    { json: device },
    'pep',
  ),
];
