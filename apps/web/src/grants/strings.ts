export const strings = {
  title: 'Grants',
  headline: (count: number, hasMore: boolean) =>
    count === 0
      ? 'Nobody holds a role right now'
      : count === 1
        ? 'One role is held right now'
        : `${count}${hasMore ? ' or more' : ''} roles are held right now`,
  endedHeadline: 'Grants that are over',
  tabs: 'Which grants',
  active: 'Active',
  ended: 'Ended',
  list: 'Grants',
  emptyActive:
    'No grant is live. When a request is approved, the grant and its time left appear here.',
  emptyEnded: 'No grant has ended yet.',
  holds: (who: string, role: string) => `${who} holds ${role}`,
  held: (who: string, role: string) => `${who} held ${role}`,
  willHold: (who: string, role: string) => `${who} will hold ${role}`,
  until: 'ends',
  from: 'from',
  endedBy: (who: string) => `by ${who}`,
  fromRequest: 'the request',
  revoke: 'Revoke',
  revokeOf: (role: string, who: string) => `Revoke ${role} of ${who}`,
  giveBack: 'Give back',
  giveBackOf: (role: string) => `Give back ${role}`,
  revokeTitle: (role: string, who: string) => `Revoke ${role} of ${who}`,
  revokeEffect: (left: string) =>
    `${left} of it would be left. Its tokens stop working at once, and the very next question is answered without it. This cannot be undone; the person can ask again.`,
  revokeReason: 'Reason',
  revokeReasonHelp: 'It is logged and shown to the holder.',
  revokeReasonMissing: 'Say why.',
  revokeNow: (role: string) => `Revoke ${role} now`,
  giveBackTitle: (role: string) => `Give back ${role}`,
  giveBackEffect: (left: string) => `You give back the ${left} that are left. You can ask again.`,
  giveBackNow: (role: string) => `Give back ${role} now`,
  keep: 'Keep it',
  overAlready: 'This grant has ended meanwhile.',
  revoked: (role: string, who: string) => `${role} of ${who} is revoked.`,
  returned: (role: string) => `You gave ${role} back.`,
} as const;
