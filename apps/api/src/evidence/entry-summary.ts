import { mostTelling, reasonSentence } from '@sallyport/contracts';
import { type JsonRecord, readRef, readText, readTexts } from './json-members.js';

/** One plain sentence that says what an entry is about; for lists, notices and screen readers. */
export function summaryOf(entry: JsonRecord): string {
  const type = readText(entry['type']) ?? '';
  const write = Object.hasOwn(SENTENCES, type) ? SENTENCES[type] : undefined;
  return write ? begin(write(entry)) : `${type === '' ? 'Something' : type} by ${actor(entry)}.`;
}

/** Names stay as they are; our own words begin a sentence. */
function begin(sentence: string): string {
  return sentence.replace(
    /^(the|enforcement) /,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  );
}

const VERSION_DIGITS = 12;
const MAX_QUOTED = 200;
const MAX_NAMED = 3;

const SENTENCES: Readonly<Record<string, (entry: JsonRecord) => string>> = {
  decision,
  search,
  plan: (e) =>
    `${subject(e)} asked which ${readRef(e['resource'])?.type ?? 'resource'} to ${readText(e['action']) ?? 'access'}: ${readText(e['kind']) ?? 'unknown'}.`,
  'token.issued': (e) => `${subject(e)} was given a token, good until ${time(e['expiresAt'])}.`,
  'token.revoked': (e) => `A token of ${subject(e)} was revoked${because(e)}.`,
  'request.submitted': (e) => `${requester(e)} asked for ${role(e)} for ${duration(e)}.`,
  'request.reviewed': (e) =>
    e['verdict'] === 'approve'
      ? `${actor(e)} approved the request of ${requester(e)} for ${role(e)}, for ${duration(e)}.`
      : `${actor(e)} denied the request of ${requester(e)} for ${role(e)}.`,
  'request.approved': (e) =>
    `The request of ${requester(e)} for ${role(e)} was approved, for ${duration(e)}.`,
  'request.denied': (e) => `The request of ${requester(e)} for ${role(e)} was denied.`,
  'request.cancelled': (e) => `${requester(e)} withdrew the request for ${role(e)}.`,
  'request.expired': (e) =>
    `The request of ${requester(e)} for ${role(e)} ran out before anybody decided.`,
  'grant.scheduled': (e) => `${subject(e)} will have ${role(e)} from ${time(e['startsAt'])}.`,
  'grant.started': (e) => `${subject(e)} was granted ${role(e)} until ${time(e['endsAt'])}.`,
  'grant.ended': (e) => `The grant of ${role(e)} to ${subject(e)} ended on time.`,
  'grant.revoked': (e) =>
    `${actor(e)} revoked the grant of ${role(e)} to ${subject(e)}${because(e)}.`,
  'grant.returned': (e) => `${subject(e)} gave ${role(e)} back.`,
  'tenant.applied': (e) => `${actor(e)} applied the tenant's directory.`,
  'policy.promoted': (e) => `${actor(e)} promoted policy version ${version(e)}.`,
  'policy.disagreed': (e) =>
    `Policy version ${version(e)} is left to Cedar's own evaluator, which decided otherwise than its compiled form.`,
  'register.changed': registerChange,
  'session.started': (e) => `${actor(e)} signed in.`,
  'session.ended': (e) => `${actor(e)} signed out.`,
  'evidence.exported': (e) =>
    `${actor(e)} ${detail(e)['stage'] === 'begun' ? 'began to export' : 'exported'} ${count(e)} of the log.`,
  'api-token.created': (e) => `${actor(e)} made an API token${named(e, 'name')}.`,
  'api-token.revoked': (e) => `${actor(e)} revoked an API token${named(e, 'name')}.`,
  'key.rotated': () => 'A signing key was rotated.',
  'pep.rate-limited': (e) =>
    `${actor(e)} asked more often than it may, and was turned away ${times(e)}.`,
};

function decision(entry: JsonRecord): string {
  const verdict = entry['decision'] === true ? 'permitted' : 'denied';
  const resource = readRef(entry['resource']);
  const on = resource ? ` on ${resource.type} ${resource.id}` : '';
  const effective = entry['effective'];
  const observed =
    typeof effective === 'boolean' && effective !== entry['decision']
      ? `; policy said ${effective ? 'permit' : 'deny'}, but the enforcement point only observes`
      : '';
  return `${subject(entry)} was ${verdict} ${readText(entry['action']) ?? 'access'}${on}${observed}${why(entry)}.`;
}

/** Who was asked about, and how many were told. */
function search(entry: JsonRecord): string {
  const { count: found } = entry;
  const told = typeof found === 'number' ? String(found) : 'some';
  return `${actor(entry)} asked ${searchedFor(entry)}: ${told} found.`;
}

function searchedFor(entry: JsonRecord): string {
  const kind = readText(entry['searchedType']) ?? 'thing';
  const act = readText(entry['action']) ?? 'access';
  const resource = readRef(entry['resource']);
  const on = resource ? `${resource.type} ${resource.id}` : 'something';
  switch (entry['searched']) {
    case 'subject':
      return `which ${kind} may ${act} ${on}`;
    case 'resource':
      return `which ${kind} ${subject(entry)} may ${act}`;
    default:
      return `what ${subject(entry)} may do with ${on}`;
  }
}
/** Which register, and of a few changes which facts. */
function registerChange(entry: JsonRecord): string {
  const { register, count: changed, created, updated, deleted } = detail(entry);
  const names = [created, updated, deleted].flatMap((list) => readTexts(list, MAX_NAMED + 1));
  const kind = readText(register) ?? 'fact';
  const what =
    names.length > 0 && names.length <= MAX_NAMED
      ? names.map((name) => name.slice(0, MAX_QUOTED)).join(', ')
      : `${typeof changed === 'number' ? String(changed) : 'some'} entries`;
  return `${actor(entry)} changed the register of ${kind} facts: ${what}.`;
}

/** The most telling reason of a denial. A permit needs none. */
function why(entry: JsonRecord): string {
  const refused = entry['decision'] !== true || entry['effective'] === false;
  const telling = mostTelling(readTexts(entry['reasons'], 20));
  if (!refused || telling === undefined) return '';
  const sentence = reasonSentence(telling).replace(/\.$/, '');
  return `: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function actor(entry: JsonRecord): string {
  const text = readText(entry['actor']) ?? 'somebody';
  const [, kind, name] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case undefined:
      return text;
    case 'pep':
      return `enforcement point ${name ?? ''}`;
    case 'system':
      return 'the broker';
    case 'admin':
      return 'the instance admin';
    case 'api-token':
      return `API token ${name ?? ''}`;
    default:
      return name ?? text;
  }
}

function subject(entry: JsonRecord): string {
  return readRef(entry['subject'])?.id ?? 'somebody';
}

function requester(entry: JsonRecord): string {
  return readText(entry['requester']) ?? 'somebody';
}

function role(entry: JsonRecord): string {
  const ref = readRef(entry['role']);
  return ref ? `${ref.type} ${ref.id}` : 'a role';
}

function because(entry: JsonRecord): string {
  const reason = readText(entry['reason'])?.slice(0, MAX_QUOTED);
  return reason === undefined ? '' : `: ${reasonSentence(reason).replace(/\.$/, '')}`;
}

function version(entry: JsonRecord): string {
  return readText(detail(entry)['version'])?.slice(0, VERSION_DIGITS) ?? 'none';
}

function times(entry: JsonRecord): string {
  const refused = detail(entry)['refused'];
  return refused === 1 ? 'once' : `${typeof refused === 'number' ? String(refused) : 'some'} times`;
}

function named(entry: JsonRecord, member: string): string {
  const name = readText(detail(entry)[member])?.slice(0, MAX_QUOTED);
  return name === undefined ? '' : `: ${name}`;
}

function count(entry: JsonRecord): string {
  const entries = detail(entry)['entries'];
  return typeof entries === 'number' ? plural(entries, 'entry', 'entries') : 'a part';
}

function detail(entry: JsonRecord): JsonRecord {
  const value = entry['detail'];
  return typeof value === 'object' && value !== null ? (value as JsonRecord) : {};
}

function time(value: unknown): string {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) return 'an unknown time';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function duration(entry: JsonRecord): string {
  const seconds = entry['durationSeconds'];
  if (typeof seconds !== 'number') return 'some time';
  if (seconds % 3_600 === 0) return plural(seconds / 3_600, 'hour', 'hours');
  if (seconds % 60 === 0) return plural(seconds / 60, 'minute', 'minutes');
  return plural(seconds, 'second', 'seconds');
}

function plural(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
