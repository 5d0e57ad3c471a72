export const strings = {
  permit: 'permit',
  deny: 'deny',
  indeterminate: 'indeterminate',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading…',
  loadMore: 'Load older',
  forbiddenTitle: 'This is not open to you',
  forbiddenHelp:
    'Administrators of this tenant decide who holds which console role: the groups are named in its tenant.yaml under console.roles.',
  notFound: 'There is no such thing here, or it is not yours to see.',
  failedTitle: 'This could not be loaded',
  stale: (age: string, message: string) =>
    `Shown as it was ${age}: it could not be refreshed. ${message}`,
  usualDurations: 'Usual durations',
  trace: 'Trace id',
  timeLeft: (left: string) => `${left} left`,
  ended: 'ended',
  tableRegion: (label: string) => `${label}, scrollable`,
} as const;
