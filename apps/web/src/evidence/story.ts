import { reasonSentence } from '@sallyport/contracts';
import { consentText, deviceText, grantsText, placeText, riskText } from './fact-texts.js';
import { formatDuration, formatUtc } from '../ui/durations.js';
import { bool, list, member, num, record, text, type JsonRecord } from './json-read.js';

/** One fact of a story. */
export interface StoryLine {
  readonly label: string;
  readonly text: string;
}

/** One step of a story, in order. */
export interface StoryChapter {
  readonly title: string;
  readonly lines: readonly StoryLine[];
}

/**
 * The story that a logged entry tells, read from its raw form and nothing else: who asked, what was known then, how it was
 * decided. What the entry does not say is not made up: a missing fact is listed as unknown, with its reason.
 */
export function storyOf(raw: unknown): readonly StoryChapter[] {
  const entry = record(raw);
  const chapters =
    entry['type'] === 'decision'
      ? decisionStory(entry)
      : [{ title: 'What was logged', lines: otherLines(entry) }];
  return chapters.filter((chapter) => chapter.lines.length > 0);
}

function decisionStory(entry: JsonRecord): readonly StoryChapter[] {
  const facts = record(entry['facts']);
  const askedMs = num(facts['nowMs']) ?? Date.parse(text(entry['time']) ?? '');
  return [
    { title: 'Who asked', lines: whoAsked(entry, record(facts['authn'])) },
    { title: 'What was known then', lines: knownThen(facts, askedMs) },
    { title: 'How it was decided', lines: howDecided(entry) },
    { title: 'What came of it', lines: outcome(entry) },
  ];
}

function whoAsked(entry: JsonRecord, authn: JsonRecord): readonly StoryLine[] {
  const subject = ref(entry['subject']);
  const isVerified = bool(authn['verified']) === true;
  const issuer = text(authn['issuer']);
  return lines([
    ['Subject', subject],
    [
      'Identity',
      isVerified
        ? `verified by a token${issuer ? ` of ${issuer}` : ''}`
        : 'only asserted by the enforcement point, not verified',
    ],
    ['Strength', text(authn['acr'])],
    ['Asked by', member(entry, 'pep', (pep) => `enforcement point ${pep}`)],
    ['To do', text(entry['action'])],
    ['On', ref(entry['resource'])],
    ['At', formatUtc(text(entry['time']) ?? '', true)],
  ]);
}

function knownThen(facts: JsonRecord, askedMs: number): readonly StoryLine[] {
  const known = lines([
    ['Device', deviceText(record(facts['device']), askedMs)],
    ['Place', placeText(record(facts['network']))],
    ['Risk', riskText(record(facts['risk']))],
    ['Consent', consentText(record(facts['consent']))],
    ['Live grants', grantsText(list(facts['grants']), askedMs)],
  ]);
  const missing = list(facts['missing']).flatMap((code) =>
    typeof code === 'string'
      ? [{ label: 'Unknown', text: `${reasonSentence(code)} (${code})` }]
      : [],
  );
  return [...known, ...missing];
}

function howDecided(entry: JsonRecord): readonly StoryLine[] {
  const policies = list(entry['determining']).map((item) => {
    const policy = record(item);
    const reason = member(policy, 'reason', (value) => ` (${value})`) ?? '';
    return {
      label: text(policy['effect']) === 'forbid' ? 'Forbidden by' : 'Permitted by',
      text: `${text(policy['id']) ?? 'a policy'}${reason}`,
    };
  });
  const reasons = list(entry['reasons']).flatMap((code) =>
    typeof code === 'string'
      ? [{ label: 'Because', text: `${reasonSentence(code)} (${code})` }]
      : [],
  );
  const erroring = list(entry['erroring']).flatMap((id) =>
    typeof id === 'string' ? [{ label: 'Could not be evaluated', text: id }] : [],
  );
  return [
    ...lines([['Policy version', text(entry['policyVersion']) ?? 'none']]),
    ...policies,
    ...reasons,
    ...erroring,
  ];
}

function outcome(entry: JsonRecord): readonly StoryLine[] {
  const mode = text(entry['mode']);
  const decided = bool(entry['decision']) === true ? 'permit' : 'deny';
  const effective = bool(entry['effective']);
  return lines([
    ['Answer', decided],
    ['Policy said', effective === undefined ? undefined : effective ? 'permit' : 'deny'],
    ['Mode', mode === 'enforce' ? undefined : mode],
    ['Obligations', joined(list(entry['obligations']).map((item) => text(record(item)['type'])))],
    ['Token', text(entry['token'])],
    ['Time taken', member(entry, 'durationMicros', (value) => `${value} µs`)],
  ]);
}

/** Members of any other entry, two levels deep, in their own words. */
function otherLines(entry: JsonRecord): readonly StoryLine[] {
  return Object.entries(entry)
    .filter(([name]) => name !== 'type' && name !== 'id')
    .map(([name, value]) => ({ label: words(name), text: valueText(value, name) }))
    .filter((line) => line.text !== '');
}

function valueText(value: unknown, name: string): string {
  if (name === 'time' || (name.endsWith('At') && typeof value === 'string'))
    return formatUtc(String(value), name === 'time');
  if (name.endsWith('Seconds') && typeof value === 'number') return formatDuration(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return ref(value) ?? (value === null || value === undefined ? '' : JSON.stringify(value));
}

/** `durationSeconds` → "Duration", `grantId` → "Grant id". */
function words(name: string): string {
  const spaced = name
    .replace(/(Seconds|Micros|At)$/, (unit) => (unit === 'At' ? ' at' : ''))
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function ref(value: unknown): string | undefined {
  const { type, id } = record(value);
  return typeof type === 'string' && typeof id === 'string' ? `${type}::${id}` : undefined;
}

function joined(items: readonly (string | undefined)[]): string | undefined {
  const known = items.filter((item) => item !== undefined);
  return known.length === 0 ? undefined : known.join(', ');
}

function lines(
  pairs: readonly (readonly [label: string, text: string | undefined])[],
): readonly StoryLine[] {
  return pairs.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, text: value }],
  );
}
