export const strings = {
  title: 'My context',
  headline: 'What the broker knows about you',
  intro:
    'Every decision about you is taken on these facts, as they are at that moment. A fact that is missing or too old counts as unknown.',
  you: 'You',
  signedInAs: 'Signed in as',
  knownAs: 'Known to policies as',
  roles: 'Console roles',
  tenant: 'Tenant',
  facts: 'Facts',
  wrong:
    'Is something wrong? The registers are kept by your administrators; decisions about you are in the log:',
  myEntries: 'entries about me',
} as const;
