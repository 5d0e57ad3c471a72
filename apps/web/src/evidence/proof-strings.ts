import type { CheckName } from './verify-entry.js';

export const strings = {
  proof: 'Proof',
  intro:
    'This browser can check by itself, with open code, that this entry is in the signed log. Nothing is asked of the broker but the proof.',
  verify: 'Verify in this browser',
  verifyAgain: 'Verify again',
  working: 'Verifying…',
  pending:
    'Pending: the next checkpoint covers this entry in a few seconds. The proof is tried again by itself.',
  steps: 'Steps',
  step: {
    shown: 'The logged bytes are what this page shows',
    file: 'The proof is readable and is for this entry',
    leaf: 'The bytes hash to the leaf',
    path: 'The path leads to a root',
    root: 'The root is the one in the checkpoint',
    signature: 'The checkpoint is signed with the log’s key',
  } satisfies Record<CheckName, string>,
  passed: 'passed',
  failed: 'failed',
  verified: 'Verified',
  provesYes: (index: number, size: number) =>
    `Proven: exactly these bytes are entry ${index} in the checkpoint over ${size} entries, signed with the key below.`,
  provesNo: [
    'Not proven: that what the entry says is true. It proves what was recorded, and that it was not changed since.',
    'Not proven: that everybody is shown the same log. Compare checkpoints with somebody else, or keep one.',
  ],
  keyTitle: 'Key',
  keyFirst:
    'This key came from the broker itself and is now remembered here. Compare it with one that you were given another way.',
  keySame: (since: string) => `The same key as this browser saw first, on ${since}.`,
  keyChanged: (since: string) =>
    `Another key than this browser saw first, on ${since}. Ask the administrators whether the key was rotated; the old one is:`,
  fails: 'Verification failed',
  failsWhat: (reason: string) => `What does not fit: ${reason}.`,
  failsMeaning:
    'What this page shows is not what the signed log holds, or the proof was damaged on its way. Do not rely on this entry.',
  failsDo:
    'Copy the evidence below, keep it, and tell the auditors and administrators of this tenant. Try again once: if it fails again, the damage is not on the way.',
  copyEvidence: 'evidence of the failure',
  ladder: 'The path from the entry to the root',
  ladderPicture: (rungs: number) =>
    `A ladder of ${rungs} ${rungs === 1 ? 'rung' : 'rungs'} from the leaf to the root; the list below says the same in words.`,
  ladderLeaf: (hash: string) => `Start with the hash of the entry, ${hash}.`,
  ladderRung: (side: string, sibling: string, result: string) =>
    `Join with ${sibling} on the ${side}: ${result}.`,
  ladderRoot: (hash: string) => `This is the root, ${hash}.`,
  download: 'Download .tlog-proof',
  announceOk: 'Verified: the entry is in the signed log.',
  announceFail: 'Verification failed.',
} as const;
