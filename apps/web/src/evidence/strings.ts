import type { EntrySearch } from './entry-filter.js';

/** Types of entries, as people read them. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  decision: 'Decision',
  search: 'Search',
  plan: 'Plan',
  'token.issued': 'Token issued',
  'token.revoked': 'Token revoked',
  'request.submitted': 'Request submitted',
  'request.reviewed': 'Request reviewed',
  'request.approved': 'Request approved',
  'request.denied': 'Request denied',
  'request.cancelled': 'Request withdrawn',
  'request.expired': 'Request expired',
  'grant.scheduled': 'Grant scheduled',
  'grant.started': 'Grant started',
  'grant.ended': 'Grant ended',
  'grant.revoked': 'Grant revoked',
  'grant.returned': 'Grant given back',
  'tenant.applied': 'Tenant applied',
  'policy.promoted': 'Policy promoted',
  'policy.disagreed': 'Policy engine distrusted',
  'register.changed': 'Register changed',
  'session.started': 'Signed in',
  'session.ended': 'Signed out',
  'evidence.exported': 'Evidence exported',
  'api-token.created': 'API token made',
  'api-token.revoked': 'API token revoked',
  'key.rotated': 'Key rotated',
  'pep.rate-limited': 'Enforcement point slowed down',
};

/** Labels of the filter. */
export const FILTER_WORDS: Readonly<Record<keyof EntrySearch, string>> = {
  type: 'Type',
  subject: 'Subject',
  action: 'Action',
  resourceType: 'Resource type',
  resourceId: 'Resource',
  decision: 'Decision',
  reason: 'Reason',
  pep: 'Enforcement point',
  grantId: 'Grant',
  requestId: 'Request',
  policyVersion: 'Policy version',
  from: 'From (UTC)',
  to: 'To (UTC)',
  text: 'Text',
};

export const strings = {
  title: 'Evidence',
  headline: 'Decision log',
  total: (total: number) => (total === 1 ? '1 entry' : `${total.toLocaleString('en')} entries`),
  filter: 'Filter',
  search: 'Find in the log',
  moreFilters: 'More filters',
  apply: 'Apply filter',
  clear: 'Clear filter',
  any: 'any',
  permit: 'permit',
  deny: 'deny',
  active: 'Filtered by',
  remove: (label: string, value: string) => `Remove ${label}: ${value}`,
  newer: (count: number | undefined) =>
    count === undefined
      ? 'There are newer entries'
      : count === 1
        ? '1 newer entry'
        : `${count.toLocaleString('en')} newer entries`,
  show: 'show',
  table: 'Log entries',
  what: 'What',
  when: 'When',
  decision: 'Decision',
  subject: 'Subject',
  action: 'Action',
  resource: 'Resource',
  reasons: 'Reasons',
  proof: 'Proof',
  provable: 'provable',
  pending: 'pending',
  pendingHelp: 'The next checkpoint covers it within seconds.',
  empty: 'The log has no entries yet. Every decision, request, grant and change appears here.',
  behind: (count: string) => `The search does not hold the newest ${count} of the log yet.`,
  emptyFiltered: 'No entry matches this filter.',
  onlyYours:
    'You see the entries that concern you. Auditors and administrators see all, and can export them.',

  export: 'Export',
  exportTitle: 'Export evidence',
  exportWhat: (count: string) =>
    `The zip holds ${count}, as the filter selects them now, newest last:`,
  exportAll: 'every entry that you may see',
  exportMatching: 'every entry that matches',
  exportContents: [
    'the entries, byte for byte as they were logged (one JSON object a line)',
    'the signed checkpoint, and the key to check it with',
    'one proof that all of them are in the log, unchanged and each in its place',
    'a README that says how to verify all of it offline, with the sallyport command line',
  ],
  exportPersonal:
    'It holds personal data: who asked for what, from which device and address. The export itself is logged.',
  exportNow: 'Download zip',
  exporting: 'Building the zip…',
  exported: 'The export was downloaded.',
  cancel: 'Cancel',

  entryTitle: (index: number) => `Entry ${index}`,
  back: 'Back to the log',
  notFound: 'There is no such entry, or it is not yours to see.',
  entryId: 'entry id',
  story: 'What happened',
  related: 'What belongs to it',
  noRelated: 'Nothing else in the log refers to this.',
  raw: 'Raw entry',
  rawHelp:
    'Keys in canonical order, as they are hashed; the log holds the same without line breaks.',
  sameSubject: 'All entries of this subject',
  sameResource: 'All entries of this resource',
} as const;
