import type { RequestTab } from '../graphql-types.js';

export const TABS: readonly {
  readonly tab: RequestTab;
  readonly slug: string;
  readonly label: string;
}[] = [
  { tab: 'FOR_ME', slug: 'for-me', label: 'For me' },
  { tab: 'MINE', slug: 'mine', label: 'Mine' },
  { tab: 'ALL', slug: 'all', label: 'All' },
  { tab: 'DECIDED', slug: 'decided', label: 'Decided' },
];

export const strings = {
  title: 'Requests',
  headline: (waiting: number) =>
    waiting === 0
      ? 'Nothing waits for you'
      : waiting === 1
        ? 'One request waits for you'
        : `${waiting} requests wait for you`,
  ask: 'Ask for access',
  tabs: 'Which requests',
  list: 'Access requests',
  empty: {
    FOR_ME: 'No access requests wait for you. Requests you may review appear here.',
    MINE: 'You have asked for nothing yet. Your requests and what became of them appear here.',
    ALL: 'Nobody has asked for access yet.',
    DECIDED: 'No request has been decided yet.',
  },
  asks: (who: string, role: string, duration: string) => `${who} asks for ${role} for ${duration}`,
  because: (reason: string) => `because “${reason}”`,
  noReason: 'without a reason',
  asked: 'asked',
  answerBy: 'answer due',
  approvals: (given: number, needed: number) => `${given} of ${needed} approvals`,
  pickRequest: 'Choose a request from the list to see what it would allow.',

  deniedTitle: 'You were stopped at a gateway',
  denied: ({ action, type, id }: { action: string; type: string; id: string }) =>
    `You may not ${action} ${type} ${id} right now. Choose a role that allows it.`,
  deniedDecision: (decision: string) => `Decision ${decision}`,
  deniedReason: ({ action, type, id }: { action: string; type: string; id: string }) =>
    `To ${action} ${type} ${id}: `,
  newTitle: 'Ask for access',
  newHeadline: 'Ask for access',
  role: 'Role',
  rolePlaceholder: 'Choose a role',
  duration: 'For how long',
  durationHelp: (max: string) => `At most ${max}. Write 10 min, 1 h 30 min or 45 s.`,
  reason: 'Reason',
  reasonHelp: (min: number) => `The reviewer decides on this sentence. At least ${min} characters.`,
  reasonOptional: 'The reviewer decides on this sentence.',
  submit: 'Submit request',
  noRoles:
    'There is no role that you may ask for. Your administrators name who is eligible in the access rules.',
  whoReviews: (who: string, needed: number) =>
    needed === 1
      ? `One approval is needed. It can come from ${who}.`
      : `${needed} approvals are needed. They can come from ${who}.`,
  twoPerson: 'Nobody can approve their own request.',
  preview: 'What happens next',
  errorRole: 'Choose the role that you need.',
  errorDuration: 'Write how long you need it, for example 30 min.',
  errorTooLong: (max: string) => `This may last at most ${max}.`,
  errorReason: (min: number, have: number) =>
    `Say why, in at least ${min} characters; so far it has ${have}.`,
  errorReasonMissing: 'Say why.',
  formErrors: 'This cannot be sent yet:',
  submitted: (role: string) => `Your request for ${role} was sent.`,

  allows: 'What it would allow',
  allowsFor: (duration: string) => `Computed for ${duration}.`,
  allowsCount: (today: number, after: number, more: number) =>
    more === 0
      ? `Nothing that is denied today would be permitted (${today} permits before and after).`
      : `${more} more ${more === 1 ? 'thing' : 'things'} would be permitted: ${today} today, ${after} with the grant.`,
  allowsSample: (action: string, resource: string) => `${action} ${resource}`,
  byPolicy: (policy: string) => `by policy ${policy}`,
  conditions: 'Only while:',
  unknownEffect: 'The effect is unknown',
  unknownEffectWhy: (why: string) =>
    `${why} Approving now means approving without having seen the effect.`,
  incomplete: 'Not everything could be computed, so this may allow more than is listed.',
  computing: 'Computing the effect…',

  knows: 'What we know',
  groups: 'Groups',
  devices: 'Devices',
  place: 'Last place',
  grants: 'Live grants',
  none: 'none',
  noPlace: 'no place known',
  noDevices: 'no device known',

  rules: 'Rules',
  rule: (id: string, version: number) => `Access rule ${id}, version ${version}`,
  maxDuration: (max: string) => `At most ${max}`,
  approvalsNeeded: (needed: number) => (needed === 1 ? 'One approval' : `${needed} approvals`),
  reviewersNow: (who: string) => `Can approve now: ${who}`,
  approvers: (who: string) => `Approvers: ${who}`,

  timeline: 'Timeline',
  submittedBy: (who: string) => `${who} asked`,
  reviewedBy: (who: string, verdict: 'approved' | 'denied', duration: string | undefined) =>
    duration === undefined ? `${who} ${verdict}` : `${who} ${verdict}, for ${duration}`,
  ended: (state: string) => `The request is ${state}`,
  inLog: 'In the log',
  proofOf: (index: number) => `entry ${index}`,

  review: 'Your review',
  answer: 'Your answer',
  denyChoice: 'Deny',
  approveChoice: 'Approve',
  forTime: 'Approve for',
  forTimeHelp: (asked: string) => `Asked for ${asked}. You may shorten it, not lengthen it.`,
  errorLonger: (asked: string) =>
    `You may shorten the ${asked} that was asked for, not lengthen it.`,
  reviewReason: 'Reason for your answer',
  reviewReasonHelp: 'It is logged and shown to the person who asked.',
  errorReviewReason: 'Say why you answer so.',
  unknownTick: 'I approve although the effect is unknown',
  errorTick: 'Tick this to approve without having seen the effect.',
  approve: (role: string, duration: string) => `Approve ${role} for ${duration}`,
  deny: (role: string) => `Deny ${role}`,
  reviewed: { APPROVE: 'Your approval is recorded.', DENY: 'Your denial is recorded.' },
  stillNeeded: (count: number) =>
    `${count} more ${count === 1 ? 'approval is' : 'approvals are'} needed.`,
  ownRequest: 'You asked for this. Two-person rule.',
  cannotReview: 'You cannot review this',
  expiredOpen: 'This request has expired. It cannot be answered any more; it can be asked again.',
  notFound: 'There is no such request, or it is not yours to see.',
  cancel: 'Withdraw request',
  withdrawn: 'Your request is withdrawn.',
  back: 'Back to the list',
  holds: (until: string) => `until ${until}`,
} as const;
